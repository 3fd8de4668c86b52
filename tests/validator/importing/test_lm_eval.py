"""Two runs of lm-evaluation-harness become a paired measurement, or a sentence that refuses them."""

import json
import math

import pytest
from tests.lm_eval_runs import lm_eval_run

from dls.commands.cli import main
from dls.importing.lm_eval_run import read_lm_eval
from dls.importing.pairing import join, pairing_settings

OPTIONS = 4


def rows(n, wrong=(), mass=0.97):
    """Return log-probabilities of n items whose right option is `i % 4`, but for the wrong ones."""
    table = []
    for i in range(n):
        choice = (i + (i in wrong)) % OPTIONS
        table.append([math.log(mass - 0.09) if k == choice else math.log(0.03) for k in range(OPTIONS)])
    return table


ANSWERS = [i % OPTIONS for i in range(120)]


@pytest.fixture
def pair(tmp_path):
    """A function that writes both runs; the student has items 0, 1 and 2 wrong, and ``change`` befalls it."""

    def write(*changes, n=120, teacher_changes=(), original=None, student_n=None, mass=0.97):
        size = student_n or n
        teacher = lm_eval_run(
            tmp_path / "teacher", rows(n), answers=ANSWERS[:n], changes=teacher_changes, original=original
        )
        student = lm_eval_run(
            tmp_path / "student",
            rows(size, wrong={0, 1, 2}, mass=mass),
            answers=ANSWERS[:size],
            changes=changes,
            original=original or n,
        )
        return teacher, student

    return write


def metric(manifest, name):
    return next(entry for entry in manifest.metrics if entry.metric == name)


def test_the_public_pair_gives_the_numbers_of_its_harness(interop, imported):
    folder = interop / "lm_eval" / "made_here_pair"
    code, manifests, _ = imported("lm-eval", folder / "teacher", folder / "student")
    assert code == 0
    assert set(manifests) == {"lm-eval.pair_mc", "lm-eval.pair_gen.first", "lm-eval.pair_gen.majority"}
    accuracy = metric(manifests["lm-eval.pair_mc"], "accuracy")
    assert (accuracy.teacher.count, accuracy.student.count, accuracy.teacher.n) == (93, 95, 100)
    first = metric(manifests["lm-eval.pair_gen.first"], "exact_match")
    assert (first.teacher.count, first.student.count) == (94, 95)


def test_brier_from_the_samples_is_the_harness_own_to_the_last_digits(interop):
    folder = interop / "lm_eval" / "made_here_pair" / "teacher"
    log = next(log for log in read_lm_eval(folder).logs if log.task == "pair_mc")
    total = 0.0
    for record in log.records.values():
        weights = [math.exp(value) for value in record.logprobs[0]]
        total += sum((weight / sum(weights) - (k == record.answer)) ** 2 for k, weight in enumerate(weights))
    assert total / len(log.records) == pytest.approx(0.0601605590415591, abs=1e-12)


def test_a_foreign_run_is_recomputed_without_the_harness(pair, imported, tmp_path, capsys):
    imported("lm-eval", *pair())
    statement = tmp_path / "dls.yaml"
    assert main(["draft", str(tmp_path / "evidence"), "-o", str(statement)]) == 0
    capsys.readouterr()
    assert main(["recompute", str(statement), "--format", "json", "--allow-unverified"]) == 0
    verdicts = {claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]}
    assert verdicts == {"confirmed"}


def test_an_edited_number_is_refuted(pair, imported, tmp_path, capsys):
    imported("lm-eval", *pair())
    statement = tmp_path / "dls.yaml"
    main(["draft", str(tmp_path / "evidence"), "-o", str(statement)])
    text = statement.read_text()
    assert "count: 117" in text
    statement.write_text(text.replace("count: 117", "count: 118"))
    assert main(["recompute", str(statement)]) == 1
    assert "student has count 118, and 117 when made again" in capsys.readouterr().out


def test_an_edited_record_is_refuted(pair, imported, tmp_path, capsys):
    imported("lm-eval", *pair())
    statement = tmp_path / "dls.yaml"
    main(["draft", str(tmp_path / "evidence"), "-o", str(statement)])
    records = tmp_path / "evidence" / "lm-eval.quiz" / "student.jsonl"
    records.write_bytes(records.read_bytes().replace(b'"answer":1', b'"answer":2', 1))
    assert main(["recompute", str(statement)]) == 1
    assert "0 confirmed" in capsys.readouterr().out


def test_no_text_of_a_prompt_is_kept(pair, imported, tmp_path):
    imported("lm-eval", *pair())
    assert all(b"question" not in path.read_bytes() for path in (tmp_path / "evidence").rglob("*") if path.is_file())


def test_a_run_with_fewer_items_is_joined_on_them_and_says_so(pair, imported):
    code, manifests, printed = imported("lm-eval", *pair(n=120, student_n=100))
    assert code == 0
    assert manifests["lm-eval.quiz"].items.n == 100
    assert "20 items are left out, since the student was to answer 100 items alone." in printed
    assert "100 of the 120 items of the split." in manifests["lm-eval.quiz"].log.notes


def test_the_option_mass_of_a_pair_in_the_wrong_form_fails(pair, imported):
    def thin(_results, lines):
        for line in lines:
            line["filtered_resps"] = [[str(float(value) - 8), "False"] for value, _ in line["filtered_resps"]]

    _, manifests, _ = imported("lm-eval", *pair(thin, teacher_changes=(thin,)))
    checks = {(check.arm, check.check): check.passed for check in manifests["lm-eval.quiz"].checks}
    assert not checks["teacher", "option_mass"]
    assert not checks["student", "option_mass"]


def of_results(*path, value):
    def change(results, _lines):
        member = results
        for name in path[:-1]:
            member = member[name]
        member[path[-1]] = value

    return change


def of_line(number, **members):
    def change(_results, lines):
        lines[number] |= members

    return change


def dropped(_results, lines):
    del lines[5]


def duplicated(_results, lines):
    lines[5] = lines[4]


def half_written(_results, lines):
    lines[-1] = '{"doc_id": 119, "doc'


REFUSALS = {
    "another version of the task": (of_results("versions", "quiz", value=2.0), "the version of the task is 1.0"),
    "another number of shots": (of_results("n-shot", "quiz", value=5), "the number of few-shot examples is 0"),
    "another prompt": (of_results("configs", "quiz", "doc_to_text", value="Q: {{question}}"), "the prompt is"),
    "another data set": (of_results("configs", "quiz", "dataset_name", value="hard"), "the data set is"),
    "another filter": (of_results("configs", "quiz", "filter_list", value=[{"name": "x"}]), "the filter of answers is"),
    "a printed mean of other samples": (
        of_results("results", "quiz", "acc,none", value=0.99),
        "0.975 from the samples",
    ),
    "fewer samples than the results say": (dropped, "holds 119 items, and the results say 120"),
    "an item twice": (duplicated, "is there twice"),
    "an edited document": (of_line(3, doc={"question": "easy"}), "so it was edited"),
    "no digest of the document": (of_line(3, doc_hash=None), "has no `doc_hash`"),
    "NaN as text": (of_line(3, acc="nan"), "acc is nan"),
    "NaN": (of_line(3, acc=float("nan")), "it holds NaN"),
    "an option that no record may hold": (of_line(3, filtered_resps=[["-1e41", "False"]] * 4), "no finite log-prob"),
    "an option without a number": (of_line(3, filtered_resps=[["nan", "False"]] * 4), "no finite log-probability"),
    "a right mark for a wrong option": (of_line(0, acc=1.0), "another option has a higher probability"),
    "a half-written line": (half_written, "cannot be read as JSON"),
    "deep nesting": (of_line(3, doc_id=0), "is there twice"),
    "results without tasks": (of_results("versions", value=None), "wanted a results file of lm-eval"),
    "a task that is a path": (
        lambda results, _lines: results["results"].__setitem__("../quiz", {}),
        "the task '../quiz' is a path",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_runs_that_are_no_pair_are_refused_in_a_sentence_and_nothing_is_written(
    change, sentence, pair, imported, tmp_path
):
    code, manifests, printed = imported("lm-eval", *pair(change))
    assert (code, manifests) == (2, {})
    assert sentence in printed
    assert printed.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"teacher", "student"}


def test_deep_nesting_is_refused_in_a_sentence(pair, imported):
    teacher, student = pair()
    (student / "results_2026-11-28.json").write_text('{"results":' + "[" * 100_000)
    code, _, printed = imported("lm-eval", teacher, student)
    assert code == 2
    assert "cannot be read as JSON" in printed


PUBLIC = {
    "made_here_pair/two_shot/teacher_seed1_results_2026-11-28T04-25-42.343785.json": "seed of the few-shot examples",
    "same_model_0shot_5shot/0shot_results.json": "holds 50 items, and the results say 100",
    "0.4.9_math_perturbed/results_2026-01-21T03-44-18.458309.json": "holds 10 items, and the results say 5000",
    "results/v0.4.9.2/perplexity.json": "is the same for teacher and student",
    "results/odd/four-keys-not-lm-eval-layout.json": "wanted a results file of lm-eval",
    "flipeval_fixtures/degraded_baseline.jsonl": "holds samples alone",
    "v0.4.3_asdiv/run_a.jsonl": "holds samples alone",
    "big_refactor_2023/pythia-2.8b_winogrande.jsonl": "holds samples alone",
}
STUDENTS = {"made_here_pair/two_shot/teacher_seed1": "student_seed2_results_2026-11-28T04-26-51.446795.json"}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_file_that_cannot_be_joined_says_why(name, interop, imported):
    teacher = interop / "lm_eval" / name
    student = next((teacher.with_name(file) for start, file in STUDENTS.items() if name.startswith(start)), teacher)
    code, manifests, printed = imported("lm-eval", teacher, student)
    assert (code, manifests) == (2, {})
    assert PUBLIC[name] in printed


def test_one_run_is_not_two(pair, imported):
    teacher, _ = pair()
    code, _, printed = imported("lm-eval", teacher, teacher)
    assert code == 2
    assert "is the same for teacher and student" in printed


@pytest.mark.parametrize("name", pairing_settings("lm-eval").may_differ)
def test_a_setting_that_may_differ_is_noted(name, pair):
    teacher, student = (read_lm_eval(path).logs[0] for path in pair())
    student = student._replace(settings={**student.settings, name: "another"})
    text = pairing_settings("lm-eval").may_differ[name]
    assert any(note.startswith(f"{text[0].upper()}{text[1:]} differs") for note in join(teacher, student).notes)


def test_every_setting_of_the_table_is_read_and_every_read_one_is_in_it(pair):
    log, table = read_lm_eval(pair()[0]).logs[0], pairing_settings("lm-eval")
    assert set(log.settings) == set(table.equal) | set(table.may_differ)


def test_items_with_different_numbers_of_options_are_measured_together(tmp_path, imported):
    def ragged(wrong=()):
        widths = [3 + i % 2 for i in range(120)]
        return [
            [math.log(0.6) if k == (i % 3 + (i in wrong)) % 3 else math.log(0.1) for k in range(width)]
            for i, width in enumerate(widths)
        ]

    answers = [i % 3 for i in range(120)]
    teacher = lm_eval_run(tmp_path / "teacher", ragged(), answers=answers)
    student = lm_eval_run(tmp_path / "student", ragged({0, 1, 2}), answers=answers)
    code, manifests, _ = imported("lm-eval", teacher, student)
    (manifest,) = manifests.values()
    expected = 3 / 120 * (0.6 * math.log(0.6 / 0.35) + 0.1 * math.log(0.1 / 0.35))
    assert code == 0
    assert (metric(manifest, "accuracy").teacher.count, metric(manifest, "accuracy").student.count) == (120, 117)
    assert metric(manifest, "option_jsd").pair.value == pytest.approx(expected, abs=1e-4)
