"""Each export is valid against its format's own schema, and what comes back is what its table says."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest
from tests.interop_files import extract, official_schemas
from tests.reference_probes.stated import filled

from dls.authoring.draft import draft_of_folder
from dls.commands.cli import main
from dls.commands.export import NAMES
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.evidence.averages import read_averages
from dls.exporting.carried_members import leaves
from dls.exporting.formats import FORMATS

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples" / "published").glob("*.dls.yaml"))
SUITE = [ROOT / "spec" / "1.0" / "conformance" / "documents" / name for name in ("publisher.yaml", "third-party.yaml")]
STATEMENTS = [*EXAMPLES, *SUITE]
HUB = frozenset({"model-index", "eval-results"})
IN_TOTO_SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["_type", "subject", "predicateType", "predicate"],
    "properties": {
        "_type": {"const": "https://in-toto.io/Statement/v1"}, "predicateType": {"type": "string", "format": "uri"},
        "predicate": {"type": "object"},
        "subject": {
            "type": "array", "minItems": 1,
            "items": {
                "type": "object", "required": ["digest"],
                "properties": {"digest": {"type": "object", "minProperties": 1,
                                          "properties": {"sha256": {"pattern": "^[0-9a-f]{64}$"}}}},
            },
        },
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def validators(tmp_path_factory):
    """A validator of each format that has a schema of its own; nothing is fetched."""
    folder = extract(tmp_path_factory.mktemp("schemas"), "schemas", "eee")
    return {**official_schemas(folder), "in-toto": jsonschema_rs.validator_for(IN_TOTO_SCHEMA)}


def exported(form, path, tmp_path):
    """Return the statement and the document that the command wrote; None where the form refuses the statement."""
    out = tmp_path / "out"
    code = main(["export", "--to", form.name, str(path), "-o", str(out)])
    statement = read(path).value
    if code == 2:
        assert not out.exists()
        return statement, None
    return statement, read(out).value if form.name in HUB else json.loads(out.read_text())


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.name)
def test_an_export_is_valid_and_comes_back_as_its_table_says(form, path, tmp_path, validators):
    statement, document = exported(form, path, tmp_path)
    if document is None:
        assert form.name in HUB  # no claim is on a data set
        assert path not in EXAMPLES
        return
    if form.name in validators:
        assert [error.message for error in validators[form.name].iter_errors(document)] == []
    members, claims = form.read(document)
    if form.name == "in-toto":
        assert members[""] == statement
        return
    assert members == form.carried.of_statement(statement)
    assert claims == form.carried.of_claims(statement)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_list_of_losses_and_the_table_make_the_whole_statement(form, tmp_path):
    statement, _ = exported(form, SUITE[1], tmp_path)
    if (tmp_path / "out.lost.json").exists():
        lost = json.loads((tmp_path / "out.lost.json").read_text())["lost"]
        assert lost == form.carried.lost(statement)
        count = len(form.carried.of_statement(statement)) + sum(map(len, form.carried.of_claims(statement).values()))
        everything = [pointer for pointer, _ in leaves(statement)]
        assert set(lost) <= set(everything)
        assert form.name == "in-toto" or len(lost) + count == len(everything)


def test_the_command_offers_each_format():
    assert {form.name for form in FORMATS} == set(NAMES)


@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_the_validator_of_cyclonedx_refuses_a_number(version, validators, tmp_path):
    form = next(form for form in FORMATS if form.name == ("cyclonedx" if version == "1.7" else "cyclonedx-1.6"))
    _, document = exported(form, SUITE[0], tmp_path)
    document["components"][0]["modelCard"]["quantitativeAnalysis"]["performanceMetrics"][0]["value"] = 0.5
    assert not validators[form.name].is_valid(document)


IN_TOTO = next(form for form in FORMATS if form.name == "in-toto")


def test_the_teacher_is_no_subject_of_an_attestation(tmp_path):
    statement, document = exported(IN_TOTO, SUITE[0], tmp_path)
    assert [entry["name"] for entry in document["subject"]] == [statement["student"]["name"]]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_statement_about_a_student_without_a_digest_is_itself_the_subject(path, tmp_path):
    statement, document = exported(IN_TOTO, path, tmp_path)
    core = {name: part for name, part in statement.items() if name not in ("assurance", "reproductions")}
    text = json.dumps(core, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (subject,) = document["subject"]
    assert subject == {"name": statement["id"], "digest": {"sha256": hashlib.sha256(text.encode()).hexdigest()}}


def test_a_student_with_a_commit_alone_is_known_by_it():
    statement = read(SUITE[0]).value
    student = {"name": "example/student", "revision": "0123456789" * 4}
    (subject,) = IN_TOTO.document({**statement, "student": student})["subject"]
    assert subject == {"name": "example/student", "digest": {"gitCommit": "0123456789" * 4}}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_entries_for_the_hub_have_the_members_that_it_asks_for(path, tmp_path):
    form = next(form for form in FORMATS if form.name == "eval-results")
    _, document = exported(form, path, tmp_path)
    for entry in document or ():
        assert {"dataset", "value"} <= entry.keys() <= {"dataset", "value", "date", "notes"}
        assert {"id", "task_id"} <= entry["dataset"].keys()
        assert date.fromisoformat(entry["date"])


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "out").write_text("mine")
    assert main(["export", "--to", "eee", str(SUITE[0]), "-o", str(tmp_path / "out")]) == 2
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize(("name", "source", "ending"), [("eee", "eee", "json"), ("model-index", "hf", "yml")])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_both_models_values_come_back_by_an_import_and_a_difference_shows_the_loss(
    name, source, ending, path, tmp_path, capsys
):
    statement = read(path).value
    files = {arm: tmp_path / f"{arm}.{ending}" for arm in ("teacher", "student")}
    values = {
        float(claim["student"]["value"]): float(claim["teacher"]["value"])
        for claim in statement["claims"]
        if "teacher" in claim and "student" in claim
    }
    codes = [main(["export", "--to", name, "--model", arm, str(path), "-o", str(files[arm])]) for arm in files]
    if not values:
        assert codes == ([2, 0] if name in HUB else [0, 0])  # the teacher has no value
        return
    options = [f"--{arm}={file}" for arm, file in files.items()]
    assert main(["import", source, *options, "-o", str(tmp_path / "evidence")]) == 0
    rows = read_averages(tmp_path / "evidence").rows
    assert {row.measured.student.value: row.measured.teacher.value for row in rows} == values
    answers = {"issuer": {"name": "Example Lab", "role": "third_party"}, "scenario": {"fixed_on": "2026-11-20"}}
    draft = filled(draft_of_folder(tmp_path / "evidence", tmp_path, answers))
    (tmp_path / "dls.yaml").write_text(yaml_text(draft))
    capsys.readouterr()
    assert main(["diff", str(path), str(tmp_path / "dls.yaml")]) == 0
    assert re.search(r"says less: [1-9]", capsys.readouterr().out)


def test_what_is_lost_of_the_teacher_is_named_by_its_place_in_the_statement(tmp_path):
    statement = read(EXAMPLES[0]).value
    lost = {}
    for arm in ("teacher", "student"):
        out = tmp_path / f"{arm}.json"
        assert main(["export", "--to", "eee", "--model", arm, str(EXAMPLES[0]), "-o", str(out)]) == 0
        lost[arm] = set(json.loads((tmp_path / f"{arm}.json.lost.json").read_text())["lost"])
    everything = {pointer for pointer, _ in leaves(statement)}
    assert lost["teacher"] | lost["student"] <= everything
    assert "/teacher/name" in lost["student"] - lost["teacher"]
    assert "/student/name" in lost["teacher"] - lost["student"]


@pytest.mark.parametrize("name", ["cyclonedx", "spdx", "in-toto"])
def test_a_form_about_both_models_takes_no_choice_of_one(name, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export", "--to", name, "--model", "teacher", str(EXAMPLES[0]), "-o", str(out)]) == 2
    assert "is about both models" in capsys.readouterr().err
    assert not out.exists()
