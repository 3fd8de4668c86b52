"""GitLab takes the report: it follows the documented form, and tells findings apart by their fingerprints."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from dls.checking.validate import Report, check
from dls.finding import Finding
from dls.report.gitlab import render
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
SCHEMA = json.loads((Path(__file__).with_name("data") / "gitlab-code-quality.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ERROR = Finding("DLS203", "error", "50 % off,\n\x1b[31mred\u202e", "a b/ü.yaml", 4, 3, "/claims/0/loss/value")


def entries(*findings):
    return json.loads(render([Report(ERROR.path, findings)]))


def test_every_finding_of_the_conformance_suite_follows_the_form_with_a_fingerprint_of_its_own():
    results = [check(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]
    report = json.loads(render(results))
    assert [error.message for error in VALIDATOR.iter_errors(report)] == []
    assert len({entry["fingerprint"] for entry in report}) == len(report) == sum(len(r.findings) for r in results) > 100


@pytest.mark.parametrize(
    ("change", "value"), [("severity", "error"), ("location", {"path": "./x", "lines": {"begin": 1}}), ("line", 4)]
)
def test_the_form_notices_an_entry_that_does_not_follow_it(change, value):
    (entry,) = entries(ERROR)
    broken = copy.deepcopy(entry) | {change: value}
    assert VALIDATOR.is_valid([entry])
    assert not VALIDATOR.is_valid([broken])


def test_an_error_weighs_more_than_a_warning_and_a_waiver_more_than_nothing():
    report = entries(ERROR, ERROR._replace(severity="warning"), ERROR._replace(waived=True))
    assert [entry["severity"] for entry in report] == ["major", "minor", "info"]
    assert report[2]["description"].startswith("waived: ")


def test_the_place_is_the_line_of_the_finding_and_its_texts_move_no_cursor():
    (entry,) = entries(ERROR)
    assert entry["location"] == {"path": "a b/ü.yaml", "lines": {"begin": 4}}
    assert entry["description"] == r"50 % off,\u000a\u001b[31mred\u202e"


def test_without_a_finding_the_report_is_an_empty_list():
    assert entries() == []
