"""Models are compared before numbers: by their tensors, their behaviour, and the source that the statement names."""

import json

import pytest
from tests.reference_probes.situation import PROBE, REVISION

from dls.canonical import file_sha256
from dls.checking.validate import check
from dls.document.reader import read
from dls_probes import pair

FURTHER_KEY = {"note": "hello"}


def tie_twice(situation):
    tensors = situation.tensors()
    situation.store(tensors | {"lm_head.weight": tensors["model.embed_tokens.weight"].clone()})


@pytest.mark.parametrize("spoil", ["removed", "another list"])
def test_without_the_list_of_tensors_a_tied_weight_that_is_stored_twice_is_another_model(situation, spoil):
    tie_twice(situation)
    path = situation.evidence / "tensors.student.jsonl"
    path.unlink() if spoil == "removed" else path.write_bytes(path.read_bytes().replace(b"F16", b"F32"))
    assert situation.reproduce("--allow-unverified") == 0
    assert situation.verdicts() == {"not_verifiable"}


@pytest.mark.parametrize("is_tied_twice", [False, True])
def test_a_report_from_a_copy_that_is_tied_twice_is_one_on_the_statements_models(situation, is_tied_twice):
    if is_tied_twice:
        tie_twice(situation)
    assert situation.reproduce() == 0
    report = situation.folder / "report.yaml"
    twice = {"student": ["lm_head.weight"]} if is_tied_twice else None
    assert read(report).value.get("stored_twice") == twice
    day = read(report).value["performed_on"]
    entry = {"by": "unnamed", "performed_on": day, "path": report.name, "sha256": file_sha256(report)}
    situation.edit_statement(lambda document: document.update(reproductions=[entry]))
    findings = check(situation.folder / "dls.yaml").findings
    assert [finding.message for finding in findings if finding.code == "DLS703"] == []


def test_a_second_tensor_of_another_model_is_no_tied_one(situation):
    tensors = situation.tensors()
    situation.store(tensors | {"lm_head.weight": tensors["model.embed_tokens.weight"] + 1})
    assert situation.reproduce("--allow-unverified") == 0
    assert situation.verdicts() == {"not_verifiable"}


@pytest.mark.parametrize("flags", [[], ["--student-is-source"]])
def test_a_model_without_a_digest_in_the_statement_is_neither_confirmed_nor_refuted(situation, flags):
    """A model behind a server is declared by its snapshot, and no folder can be shown to hold it."""
    situation.flags = flags
    situation.edit_manifest(lambda manifest: manifest["arms"].update(student={"snapshot": "student-2026-11-01"}))
    situation.edit_statement(lambda document: [document["student"].pop(name, None) for name in (
        "files", "weights_sha256", "reading_sha256", "tokenizer_sha256", "tensors_sha256"
    )])  # fmt: skip
    assert situation.reproduce("--allow-unverified") == 0
    (reason,) = {claim["reason"] for claim in situation.claims().values()}
    assert situation.verdicts() == {"not_verifiable"}
    assert reason.endswith("the statement names no digest of its tensors, so no folder is known to hold it")


def test_a_template_at_the_named_source_that_asks_otherwise_refutes(situation):
    situation.edit_text("chat_template.jinja", "today", "the day")
    assert situation.reproduce("--student-is-source") == 1
    assert situation.verdicts() == {"refuted"}


def test_files_of_a_tokenizer_whose_behaviour_stays_unknown_refute_nothing(situation):
    """The manifest that says how the tokenizer behaved is not at hand."""
    situation.edit_json("tokenizer_config.json", **FURTHER_KEY)
    (situation.evidence / PROBE / "manifest.json").unlink()
    assert situation.reproduce("--student-is-source", "--allow-unverified") == 0
    assert situation.verdicts() == {"not_verifiable"}
    assert all("stays unknown" in claim["reason"] for claim in situation.claims().values())


@pytest.mark.parametrize(
    ("name", "revision", "verdict"),
    [
        ("models--example--student", REVISION, "refuted"),
        ("models--example--student", REVISION[::-1], "not_verifiable"),
        ("models--example--teacher", REVISION, "not_verifiable"),
        ("example--student", REVISION, "not_verifiable"),
    ],
)
def test_a_cache_is_the_source_at_its_own_name_and_revision_alone(situation, name, revision, verdict):
    situation.edit_json("config.json", rms_norm_eps=0.1)
    situation.move_into_a_cache(name, revision)
    situation.reproduce("--allow-unverified")
    assert situation.verdicts() == {verdict}


def test_the_same_model_at_the_named_source_is_confirmed(situation):
    situation.move_into_a_cache()
    assert situation.reproduce("--student-is-source") == 0
    assert situation.verdicts() == {"confirmed"}


def test_a_verifiers_word_for_a_source_that_the_statement_does_not_name_is_refused(situation, capsys):
    situation.edit_statement(lambda document: document["student"].pop("revision"))
    assert situation.reproduce("--student-is-source") == 2
    assert "--student-is-source: the statement names no source with a revision for the student" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("edit", "verdicts"),
    [
        (lambda situation: situation.edit_json("tokenizer_config.json", **FURTHER_KEY), {"confirmed", "borderline"}),
        (lambda situation: situation.edit_text("chat_template.jinja", "today", "the day"), {"not_verifiable"}),
    ],
    ids=["saved again", "another template"],
)
def test_on_fresh_items_the_behaviour_on_the_published_items_decides(situation, edit, verdicts):
    edit(situation)
    situation.reproduce("--draw-factor", "1", "--allow-unverified")
    assert situation.verdicts() <= verdicts


def test_the_report_has_both_identities_and_the_circumstances_of_the_run(situation):
    assert situation.reproduce() == 0
    report = read(situation.folder / "report.yaml").value
    manifest = json.loads((situation.evidence / PROBE / "manifest.json").read_text())
    for arm in ("teacher", "student"):
        assert report[arm] == manifest["arms"][arm]
        prompts = manifest["circumstances"][arm].pop("prompts_sha256")
        assert len(prompts) == 64
        assert report["circumstances"][arm] == manifest["circumstances"][arm]


def test_another_model_is_not_asked(situation):
    situation.teacher = pair.TEACHER
    assert situation.reproduce("--allow-unverified") == 0
    assert not (situation.folder / "report-evidence").exists()


BAD_ARGUMENTS = {
    "a time that is none": (("--budget", "soon"), "wanted a time such as 90s"),
    "phrasings that are not there": (("--private-phrasings", "none.txt"), "none.txt"),
    "a file of items that is not there": (("--data", "headline.multiple_choice=none.jsonl"), "none.jsonl"),
    "reports without a key": (("--reports", "."), "name it with --key"),
    "a source that the statement does not name": (("--teacher-is-source",), "--teacher-is-source"),
    "a folder without a model": (("--teacher", "none"), "none"),
    "a device that is none": (("--device", "foo"), "foo"),
}


@pytest.mark.parametrize("case", BAD_ARGUMENTS)
def test_a_run_that_is_refused_writes_nothing(situation, capsys, case):
    words, message = BAD_ARGUMENTS[case]
    before = {path: path.stat().st_mtime_ns for path in situation.folder.rglob("*")}
    assert situation.reproduce("--draw-factor", "1", *words) == 2
    assert message in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in situation.folder.rglob("*")} == before
