"""Two records of Every Eval Ever with their samples become a paired measurement, or a sentence that refuses them."""

import hashlib
import json

import pytest

from dls.commands.cli import main

N = 120
RESULT = {
    "evaluation_result_id": "sums", "evaluation_name": "Sums",
    "source_data": {"dataset_name": "sums", "source_type": "other"},
    "metric_config": {"metric_id": "exact-match", "lower_is_better": False},
}  # fmt: skip
RECORD = {
    "schema_version": "0.3.0", "retrieved_timestamp": "1777613486.9", "evaluation_timestamp": "1777600000",
    "source_metadata": {"source_name": "Lab", "source_type": "evaluation_run"},
    "eval_library": {"name": "harness", "version": "1"},
}  # fmt: skip


def nothing(_record, _rows):
    pass


@pytest.fixture
def pair(tmp_path):
    """A function that writes both records; the student has three items more wrong, and ``change`` befalls it."""

    def write(change=nothing, teacher_change=nothing):
        paths = []
        for arm, wrong, befall in (("teacher", 6, teacher_change), ("student", 9, change)):
            rows = [
                {
                    "evaluation_id": f"lab/{arm}", "evaluation_name": "Sums", "evaluation_result_id": "sums",
                    "sample_id": f"q{i:03d}", "input": {"raw": f"question {i}", "reference": [str(i)]},
                    "evaluation": {"score": float(i >= wrong), "is_correct": i >= wrong},
                }
                for i in range(N)
            ]  # fmt: skip
            result = RESULT | {"score_details": {"score": (N - wrong) / N}}
            record = RECORD | {"evaluation_id": f"lab/{arm}", "model_info": {"id": f"lab/{arm}"}}
            record |= {"evaluation_results": [result], "detailed_evaluation_results": {
                "format": "jsonl", "file_path": f"data/lab/lab/{arm}/{arm}_samples.jsonl", "hash_algorithm": "sha256",
            }}  # fmt: skip
            befall(record, rows)
            data = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows).encode()
            detail = record["detailed_evaluation_results"]
            detail.setdefault("total_rows", len(rows))
            detail.setdefault("checksum", hashlib.sha256(data).hexdigest())
            paths.append(tmp_path / f"{arm}.json")
            paths[-1].write_text(json.dumps(record))
            paths[-1].with_name(f"{arm}_samples.jsonl").write_bytes(data)
        return paths

    return write


def test_samples_are_joined_by_their_id(pair, imported, tmp_path):
    def shuffled(_record, rows):
        rows.reverse()

    code, manifests, _ = imported("eee", *pair(shuffled))
    (manifest,) = manifests.values()
    (measured,) = manifest.metrics
    assert (code, measured.metric, manifest.items.n) == (0, "exact_match", N)
    assert (measured.teacher.count, measured.student.count) == (114, 111)
    assert (measured.flips.teacher_only, measured.flips.student_only) == (3, 0)
    assert not (tmp_path / "evidence" / "averages.json").exists()


def test_the_numbers_are_recomputed_and_the_records_compared_with_the_samples(pair, imported, tmp_path, capsys):
    imported("eee", *pair(), "--texts")
    assert main(["draft", str(tmp_path / "evidence"), "-o", str(tmp_path / "dls.yaml")]) == 0
    assert main(["recompute", str(tmp_path / "dls.yaml"), "--allow-unverified"]) == 0
    assert "and the records from the logs beside them" in capsys.readouterr().out


def test_without_texts_no_question_is_kept(pair, imported, tmp_path):
    imported("eee", *pair())
    assert all(b"question" not in path.read_bytes() for path in (tmp_path / "evidence").rglob("*") if path.is_file())


def crashed(record, rows):
    rows[50] |= {"error": "timeout", "evaluation": {}}
    record["evaluation_results"][0]["score_details"]["score"] = 110 / 119


def unknown(record, rows):
    rows[50]["evaluation"]["score"] = -1
    record["evaluation_results"][0]["metric_config"]["has_unknown_level"] = True
    record["evaluation_results"][0]["score_details"]["score"] = 110 / 119


@pytest.mark.parametrize("change", [crashed, unknown])
def test_an_item_without_an_answer_counts_against_the_student(change, pair, imported):
    _, manifests, printed = imported("eee", *pair(change))
    (manifest,) = manifests.values()
    assert manifest.metrics[0].student.count == 110
    assert "Without an answer: 0 of the teacher and 1 of the student" in printed


def test_the_size_of_the_split_is_unknown_so_that_nothing_is_preserved(pair, imported):
    _, manifests, _ = imported("eee", *pair())
    (manifest,) = manifests.values()
    assert manifest.log.of is None


def test_samples_that_are_not_there_leave_the_averages(pair, imported, tmp_path):
    paths = pair()
    (tmp_path / "student_samples.jsonl").unlink()
    code, manifests, printed = imported("eee", *paths)
    assert (code, manifests) == (0, {})
    assert "student.json names a file of samples, which is not beside it" in printed


def test_the_named_path_leads_nowhere_but_beside_the_record(pair, imported, tmp_path):
    def escape(record, _rows):
        record["detailed_evaluation_results"]["file_path"] = "../../outside_samples.jsonl"

    outside = tmp_path.parent.parent / "outside_samples.jsonl"
    assert not outside.exists()
    code, manifests, printed = imported("eee", *pair(escape))
    assert (code, manifests) == (0, {})
    assert "which is not beside it" in printed


def of_record(*path, value):
    def change(record, _rows):
        member = record
        for name in path[:-1]:
            member = member[name]
        member[path[-1]] = value

    return change


def of_row(number, **members):
    def change(_record, rows):
        rows[number] |= members

    return change


def half_written(_record, rows):
    rows[-1] = '{"evaluation_id": "lab/stu'


def fewer(record, rows):
    record["detailed_evaluation_results"]["total_rows"] = N
    del rows[5]


DETAIL = "detailed_evaluation_results"
REFUSALS = {
    "another score": (of_record("evaluation_results", 0, "score_details", "score", value=0.99), "0.925 from the sampl"),
    "an edited file": (of_record(DETAIL, "checksum", value="0" * 64), "so it was edited"),
    "fewer samples": (fewer, "holds 119 samples, and the record says 120"),
    "an item twice": (of_row(5, sample_id="q004"), "is there twice"),
    "another question": (of_row(5, input={"raw": "easy", "reference": ["5"]}), "has another input in the other run"),
    "another run": (of_row(5, evaluation_id="lab/other"), "has another `evaluation_id` than the record"),
    "a text": (of_row(5, evaluation={"score": "1.0"}), "the score is '1.0'; wanted a finite number"),
    "NaN": (of_row(5, evaluation={"score": float("nan")}), "it holds NaN"),
    "no id": (of_row(5, sample_id=None), "has no `sample_id`"),
    "a half-written line": (half_written, "cannot be read as JSON"),
    "another metric": (
        of_record("evaluation_results", 0, "metric_config", "lower_is_better", value=True), "the metric is",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_records_that_are_no_pair_are_refused_in_a_sentence_and_nothing_is_written(
    change, sentence, pair, imported, tmp_path
):
    code, manifests, printed = imported("eee", *pair(change))
    assert (code, manifests, printed.count("\n")) == (2, {}, 1)
    assert sentence in printed
    assert not (tmp_path / "evidence").exists()


def test_samples_alone_are_refused(pair, imported, tmp_path):
    pair()
    paths = [tmp_path / f"{arm}_samples.jsonl" for arm in ("teacher", "student")]
    code, _, printed = imported("eee", *paths)
    assert code == 2
    assert "holds samples alone; name the record of the run" in printed
