"""Two logs of Inspect become a paired measurement, or a sentence that refuses them."""

import io
import json
import zipfile

import pytest

from dls.importing.eval_archive import EvalArchive
from dls.importing.inspect_run import read_inspect

GPT, CLAUDE, GEMINI, EPOCHS = (
    f"2025-09-15T15-0{end}.eval"
    for end in (
        "2-26-04-00_popularity_L8g2GLGDDfsiXvdJ8LyZNJ",
        "2-26-04-00_popularity_LthYhadZHuQjsMYHHKRep2",
        "2-26-04-00_popularity_eF3BogZE3jzpiWBjjDWbik",
        "4-26-04-00_popularity_CuCFPdqnwXupUkxp69nJ2a".replace("4-26", "4-34"),
    )
)
LOG = {
    "version": 2, "status": "success",
    "eval": {
        "task": "quiz", "task_version": 0, "created": "2026-11-01T10:00:00+00:00", "model": "example/teacher",
        "dataset": {"name": "quiz", "samples": 4, "sample_ids": ["a", "b", "c", "d"]}, "config": {},
    },
    "results": {"scores": [{"name": "match", "scorer": "match", "metrics": {"accuracy": {"value": 0.75}}}]},
    "samples": [
        {"id": name, "epoch": 1, "input": f"question {name}", "scores": {"match": {"value": value}}}
        for name, value in zip("abcd", "CCIC", strict=True)
    ],
}  # fmt: skip


def log(tmp_path, name, change=lambda _log: None):
    """Write a log as one JSON file."""
    content = json.loads(json.dumps(LOG))
    content["eval"]["model"] = f"example/{name}"
    change(content)
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(content))
    return path


def archive(tmp_path, members):
    """Write an archive of members, each as bytes."""
    path = tmp_path / "student.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def only(manifests):
    (manifest,) = manifests.values()
    return manifest


def test_the_public_logs_of_one_task_are_joined_by_id(interop, imported):
    folder = interop / "inspect" / "log-sets"
    code, manifests, _ = imported("inspect", folder / GPT, folder / CLAUDE)
    measured = only(manifests).metrics[0]
    assert (code, measured.metric) == (0, "exact_match")
    assert (measured.teacher.count, measured.student.count, measured.teacher.n) == (52, 57, 100)
    assert (measured.flips.teacher_only, measured.flips.student_only) == (2, 7)


def test_epochs_of_an_item_are_one_unit(interop, imported):
    folder = interop / "inspect" / "log-sets"
    _, manifests, printed = imported("inspect", folder / GPT, folder / EPOCHS)
    assert only(manifests).items.n == 10
    assert "90 items are left out" in printed


def test_a_sample_that_crashed_counts_as_wrong_although_the_log_says_success(interop):
    log = read_inspect(interop / "inspect" / "made_here" / "sums-one-sample-failed.zstd.eval").logs[0]
    right = sum(record.scores[0] for record in log.records.values() if record.error is None)
    assert (right, len(log.records)) == (3, 8)


def test_a_missing_answer_is_right_for_the_teacher_and_wrong_for_the_student(tmp_path, imported):
    def crash(content):
        content["samples"][0] |= {"scores": {}, "error": {"message": "timeout"}}
        content["results"]["scores"][0]["metrics"]["accuracy"]["value"] = 2 / 3

    teacher, student = log(tmp_path, "teacher", crash), log(tmp_path, "student", lambda content: (crash(content), None))
    student.write_text(student.read_text().replace("2026-11-01T10", "2026-11-01T11"))
    _, manifests, _ = imported("inspect", teacher, student)
    measured = only(manifests).metrics[0]
    assert (measured.teacher.count, measured.student.count, measured.teacher.n) == (3, 2, 4)
    assert only(manifests).errors == {"teacher": 1, "student": 1}


def later(content):
    content["version"] = 4


def unfinished(content):
    content["status"] = "cancelled"


def other_input(content):
    content["samples"][1]["input"] = "question z"


def other_mean(content):
    content["results"]["scores"][0]["metrics"]["accuracy"]["value"] = 0.5


def text_score(content):
    content["samples"][1]["scores"]["match"]["value"] = "excellent"


def other_version(content):
    content["eval"]["task_version"] = 1


def duplicated(content):
    content["samples"][1] = content["samples"][0]


def other_items(content):
    for sample in content["samples"]:
        sample["id"] += "2"
    content["eval"]["dataset"]["sample_ids"] = []


def hotter(content):
    content["eval"]["model_generate_config"] = {"temperature": 1.0}


REFUSALS = {
    later: "is a log of format 4",
    unfinished: "has the status cancelled",
    other_input: "has another input in the other run",
    other_mean: "match is 0.5 in the results, and 0.75 from the samples",
    text_score: "is 'excellent'; wanted a number",
    other_version: "the version of the task is 0 for the teacher and 1 for the student",
    duplicated: "is there twice",
    other_items: "of 4 items of one run, 0 are in the other",
    hotter: "the arguments of generation is",
}


@pytest.mark.parametrize("change", REFUSALS, ids=lambda change: change.__name__)
def test_logs_that_are_no_pair_are_refused_in_a_sentence_and_nothing_is_written(change, tmp_path, imported):
    code, manifests, printed = imported("inspect", log(tmp_path, "teacher"), log(tmp_path, "student", change))
    assert (code, manifests, printed.count("\n")) == (2, {}, 1)
    assert REFUSALS[change] in printed
    assert {path.name for path in tmp_path.iterdir()} == {"teacher.json", "student.json"}


PUBLIC = {
    "made_here/sums-error.zstd.eval": "has the status error",
    "made_here/sums-epochs.zstd.eval": None,
    "2025-05-12T20-28-13-04-00_no-samples.json": "has the status cancelled",
    "2025-05-12T20-28-13-04-00_popularity.json": "has the status cancelled",
    "log_version_3.json": "is a log of format 4",
    "log_with_nan.json": "it holds NaN",
    "log_invalid.json": "cannot be read as JSON",
    "retry-2-then-success.legacy.eval": "has no score that is a mean over items",
    "retry-2-then-success.postfix.eval": "has no score that is a mean over items",
    "log_formats.eval": None,
    "log_formats.json": None,
    "mmlu-summary-choices.eval": None,
    "data_pubmedqa_gpt4o_mini.json": None,
    "arc_pair/data_arc_qwen.json": None,
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_log_is_read_or_refused(name, interop):
    path, sentence = interop / "inspect" / name, PUBLIC[name]
    if sentence is None:
        assert read_inspect(path).logs[0].records
        return
    with pytest.raises(Exception, match=sentence) as refusal:
        read_inspect(path)
    assert type(refusal.value).__name__ == "DlsError"


def test_an_archive_that_unpacks_to_much_is_refused_before_it_fills_the_memory(tmp_path, imported):
    bomb = archive(tmp_path, [("header.json", b"[" + b" " * (65 << 20))])
    code, _, printed = imported("inspect", log(tmp_path, "teacher"), bomb)
    assert code == 2
    assert "unpacks to more than 64 MiB" in printed


def test_a_member_that_says_less_than_it_unpacks_to_is_refused(tmp_path, imported):
    path = archive(tmp_path, [("header.json", json.dumps(LOG).encode())])
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    code, _, printed = imported("inspect", log(tmp_path, "teacher"), path)
    assert code == 2
    assert printed.count("\n") == 1


def test_a_members_name_leads_nowhere(tmp_path):
    members = [("../../outside.json", b"{}"), ("samples/../../outside.json", b"{}"), ("header.json", b"{}")]
    with EvalArchive(archive(tmp_path, members)) as opened:
        assert list(opened.samples()) == [{}]
    assert not list(tmp_path.parent.glob("outside.json"))


def test_two_members_of_one_name_are_refused(tmp_path, imported):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("header.json", "{}")
        file.writestr("headed.json", "{}")
    path = tmp_path / "student.eval"
    path.write_bytes(buffer.getvalue().replace(b"headed", b"header"))
    code, _, printed = imported("inspect", log(tmp_path, "teacher"), path)
    assert code == 2
    assert "holds two members of one name" in printed


def test_a_half_written_archive_is_refused(interop, tmp_path, imported):
    whole = (interop / "inspect" / "log-sets" / GEMINI).read_bytes()
    path = tmp_path / "student.eval"
    path.write_bytes(whole[: len(whole) // 2])
    code, _, printed = imported("inspect", log(tmp_path, "teacher"), path)
    assert code == 2
    assert printed.count("\n") == 1


def test_the_parts_of_a_score_are_scores_and_a_refusal_that_the_log_states_is_one(tmp_path, imported):
    def judged(content):
        content["eval"]["task"] = "inspect_evals/strong_reject"
        content["results"]["scores"] = [{"name": "strong_reject_scorer", "metrics": {"jailbreak_rate": {"value": 0.5}}}]
        for place, sample in enumerate(content["samples"]):
            value = {"refusal": place % 2, "specificity": 3}
            sample["scores"] = {"strong_reject_scorer": {"value": value}}

    def softer(content):
        judged(content)
        content["samples"][1]["scores"]["strong_reject_scorer"]["value"]["refusal"] = 0

    code, manifests, _ = imported("inspect", log(tmp_path, "teacher", judged), log(tmp_path, "student", softer))
    manifest = only(manifests)
    measured = {entry.metric: entry for entry in manifest.metrics}
    definitions = {entry.id: (entry.dimension, entry.direction) for entry in manifest.log.metrics}
    assert code == 0
    assert measured["x-inspect:refusal"].loss.value == 0.25
    assert measured["x-inspect:specificity"].loss is None
    assert definitions == {
        "x-inspect:refusal": ("safety", "higher"), "x-inspect:specificity": ("safety", "neutral"),
    }  # fmt: skip
