"""`import dls` is a door for Python: few names, cheap to open, with examples that run errors that name members."""

import doctest
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

import dls
from dls import door
from dls.document.reader import read
from dls.errors import DlsError
from dls.model import Manifest, ProfileFile, ReproductionReport
from dls.standard.schemas import kind_of, schema

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "spec" / "1.0" / "conformance" / "documents"
KINDS = {"statement": dls.Statement, "scenario": ProfileFile, "evidence": Manifest, "reproduction": ReproductionReport}


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """A copy of the documents of the suite, to write beside their evidence."""
    return Path(shutil.copytree(DOCUMENTS, tmp_path_factory.mktemp("suite") / "documents"))


@pytest.fixture
def published(tmp_path, monkeypatch):
    """The folder in which the examples run: a statement, its profile and its evidence."""
    shutil.copy(DOCUMENTS / "publisher-with-evidence.yaml", tmp_path / "dls.yaml")
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    shutil.copytree(DOCUMENTS / "evidence", tmp_path / "evidence")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def python(code):
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return process.stdout.split()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("name", [name for name in dls.__all__ if name.islower() and name != "__version__"])
def test_the_examples_of_a_function_run(name):
    (test,) = doctest.DocTestFinder(recurse=False).find(getattr(door, name), name, globs={"dls": dls})
    assert test.examples, f"{name} shows no example"
    report: list[str] = []
    assert doctest.DocTestRunner().run(test, out=report.append).failed == 0, "".join(report)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("page", ["python.md"])
def test_the_cells_of_a_page_run_one_after_the_other(page):
    cells = re.sub(r"^```.*$", "", (ROOT / "docs" / page).read_text(), flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(cells, {}, page, page, 0)
    assert len(test.examples) > 10
    report: list[str] = []
    assert doctest.DocTestRunner().run(test, out=report.append).failed == 0, "".join(report)


def test_the_door_has_at_most_a_dozen_names():
    assert len(dls.__all__) <= 12
    assert dir(dls) == dls.__all__


def test_a_name_that_the_door_does_not_have_is_no_attribute():
    with pytest.raises(AttributeError, match="validat"):
        dls.validat  # noqa: B018


def test_no_name_of_the_door_is_a_module():
    """After every module has been imported, each name is still the function, class or text that it was."""
    code = """
import importlib, pkgutil, types, dls
for module in pkgutil.walk_packages(dls.__path__, "dls."):
    importlib.import_module(module.name)
print(*(name for name in dls.__all__ if isinstance(getattr(dls, name), types.ModuleType)), len(dls.list_metrics()) > 9)
"""
    assert python(code) == ["True"]


def test_the_door_opens_in_less_than_30_ms():
    code = "import time; t = time.perf_counter(); import dls; print(time.perf_counter() - t)"
    assert min(float(*python(code)) for _ in range(5)) < 0.030


def test_the_door_loads_no_library():
    code = "import sys; n = set(sys.modules); import dls; print(*(m for m in {*sys.modules} - n if 'site-packages' in "
    code += "(getattr(sys.modules[m], '__file__', None) or '')))"
    assert python(code) == []


def loadable(path):
    """The kind of a document that follows its schema or has gaps in texts alone; None for any other file."""
    try:
        value = read(path).value
        kind = kind_of(value)
        KINDS[kind].build(value)
    except (DlsError, KeyError, TypeError):
        return None
    return kind


@cache
def loadable_documents():
    """Return the kind of each document of the suite that can be loaded, by its path."""
    paths = sorted([*DOCUMENTS.glob("*.yaml"), *DOCUMENTS.glob("evidence*/*/manifest.json")])
    return {path.relative_to(DOCUMENTS).as_posix(): kind for path in paths if (kind := loadable(path))}


@pytest.mark.slow
def test_documents_of_each_kind_are_saved():
    assert set(loadable_documents().values()) == set(KINDS)
    assert len(loadable_documents()) > 100


OF_THE_TEXT = {
    "DLS203-other-sign.yaml": "a zero at the end",
    "DLS203-smaller-loss.yaml": "a zero at the end",
    "DLS218-exponent.yaml": "an exponent",
    "DLS409-not-adjusted.yaml": "an exponent",
    "DLS810-number-of-a-name.yaml": "a comment",
}
"""Documents with a finding that rests on the text, which a value of Python does not have."""


HONEST = json.loads((DOCUMENTS.parent / "expected.json").read_text())["pass"]
PASSING = [name for name in HONEST if name.endswith(".yaml")]


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_an_honest_document_that_was_saved_again_has_the_same_findings(suite, name, suffix):
    expect_same_findings(suite, name, suffix, kind_of(read(suite / name).value))


@pytest.mark.slow
def test_a_document_that_was_saved_again_has_the_same_findings(suite):
    for name in sorted(loadable_documents().keys() - OF_THE_TEXT.keys() - set(PASSING)):
        expect_same_findings(suite, name, ".yaml", loadable_documents()[name])


def expect_same_findings(suite, name, suffix, kind):
    document = KINDS[kind].build(read(suite / name).value)
    copy = (suite / name).with_suffix(f".copy{suffix}")
    document.save(copy)
    try:
        assert KINDS[kind].build(read(copy).value) == document
        reports = [dls.validate(path) for path in (suite / name, copy)]
    finally:
        copy.unlink()
    first, second = [sorted((finding.code, finding.pointer) for finding in report.findings) for report in reports]
    assert first == second, name
    assert reports[0].assurance == reports[1].assurance


WRONG = {
    "a text for a number": ({"revision": "1"}, "/revision is '1'; wanted a valid integer"),
    "true for a number": ({"revision": True}, "/revision is True; wanted a valid integer"),
    "a word that is not in the list": ({"assurance": "sure"}, "/assurance is 'sure'; wanted 'declared', 'consistent'"),
    "a number that is none": ({"extensions": {"x-a": float("nan")}}, "/extensions/x-a"),
    "an object that no document holds": ({"extensions": {"x-a": Path()}}, "/extensions/x-a"),
    "a misspelt member": ({"asurance": "declared"}, "/asurance is no member of the standard"),
    "a member that is missing": ({"issuer": {"role": "publisher"}}, "/issuer/name is missing"),
    "a list for a text": ({"limits": []}, r"/limits is \[\]; wanted a valid string"),
}


@pytest.mark.parametrize(("members", "message"), WRONG.values(), ids=WRONG)
def test_an_error_of_building_names_the_member(members, message):
    value = read(DOCUMENTS / "publisher.yaml").value
    with pytest.raises(DlsError, match=message):
        dls.Statement.build(value | members)
    with pytest.raises(DlsError, match=message):
        dls.Statement.build(value).replace(**members)


def test_an_error_of_saving_names_the_member_and_writes_nothing(tmp_path):
    statement = dls.load(DOCUMENTS / "publisher.yaml")
    claim = statement.claims[1]
    reading = type(claim.student)(value="0.9")
    wrong = type(claim)(**{name: getattr(claim, name) for name in claim.__struct_fields__} | {"student": reading})
    statement = type(statement)(
        **{name: getattr(statement, name) for name in statement.__struct_fields__} | {"claims": (claim, wrong)}
    )
    with pytest.raises(DlsError, match=r"/claims/1/student/value is '0\.9'; wanted a valid number"):
        statement.save(tmp_path / "dls.yaml")
    assert list(tmp_path.iterdir()) == []


def test_many_errors_are_counted():
    with pytest.raises(DlsError, match=r"and \d+ more$"):
        dls.Statement.build({})


def test_a_copy_has_the_new_member_and_leaves_the_first_alone():
    statement = dls.load(DOCUMENTS / "publisher.yaml")
    copy = statement.replace(limits="English alone.")
    assert (copy.limits, copy.replace(limits=statement.limits)) == ("English alone.", statement)


@pytest.mark.parametrize("name", ["report.yaml", "DLS003-missing-member.yaml", "DLS001-anchor.yaml", "nosuch.yaml"])
def test_a_file_that_is_no_statement_is_not_loaded(name):
    with pytest.raises(DlsError, match=name):
        dls.load(DOCUMENTS / name)


def test_a_gap_where_no_text_may_stand_is_named(tmp_path):
    text = (DOCUMENTS / "publisher.yaml").read_text().replace("revision: 1", 'revision: "TODO(dls)"', 1)
    (tmp_path / "dls.yaml").write_text(text)
    with pytest.raises(DlsError, match=r"dls\.yaml: Statement: /revision is 'TODO"):
        dls.load(tmp_path / "dls.yaml")


def service():
    spec = importlib.util.spec_from_file_location("service", ROOT / "examples" / "service.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return TestClient(module.app)


def test_a_service_answers_the_findings_of_a_statement():
    statement = read(DOCUMENTS / "DLS101-same-weights.yaml").value
    answer = service().post("/findings", json=statement)
    assert answer.status_code == 200
    assert answer.json()["id"] == statement["id"]
    assert "DLS101" in {finding["code"] for finding in answer.json()["findings"]}


def test_a_service_names_the_member_that_is_wrong():
    statement = read(DOCUMENTS / "publisher.yaml").value
    del statement["claims"][0]["outcome"]
    answer = service().post("/findings", json=statement)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", "claims", 0, "outcome"]]


def test_a_service_shows_the_schema_of_a_statement():
    api = service().get("/openapi.json").json()
    body = api["paths"]["/findings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    shape = api["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(shape["required"]) == set(schema("statement")["required"])
    assert set(shape["properties"]) == set(schema("statement")["properties"])


def test_the_page_shows_the_service_that_is_tested():
    assert (ROOT / "examples" / "service.py").read_text() in (ROOT / "docs" / "python.md").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_a_document_can_be_built(kind):
    """Each class that a document holds, at any depth, is a name of `dls.model`."""
    definitions = TypeAdapter(KINDS[kind]).json_schema()["$defs"]
    assert set(definitions) - {"JsonValue"} <= set(dls.model.__all__)


@pytest.mark.slow
def test_a_program_of_public_names_alone_passes_mypy_strict(tmp_path):
    consumer = ROOT / "tests" / "validator" / "consumer.py"
    words = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file", os.devnull, str(consumer)]
    paths = os.pathsep.join(str(ROOT / name) for name in ("validator", "reference_probes"))
    process = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "MYPYPATH": paths}
    )
    assert process.returncode == 1, process.stdout
    assert process.stdout.count("error:") == 1, process.stdout
    assert 'Module has no attribute "validat"' in process.stdout


def test_a_scenario_is_judged_as_well():
    report = dls.validate(DOCUMENTS / "publisher.yaml", scenario="general_chat")
    assert "DLS509" in {finding.code for finding in report.findings} - {
        finding.code for finding in dls.validate(DOCUMENTS / "publisher.yaml").findings
    }


@pytest.mark.usefixtures("published")
def test_the_targets_of_a_report_are_those_of_its_profile():
    report = dls.validate("dls.yaml")
    targets = (*report.met_targets, *report.unmet_targets)
    assert [target for target in report.profile.targets if targets.count(target) != 1] == []
    assert dls.validate("evidence/diversity.open_answer/manifest.json").met_targets == ()
