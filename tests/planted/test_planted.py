"""The part of the planted-loss matrix that each change must pass: a hundred units, and students made by arithmetic."""

from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import msgspec
import pytest
import torch
from planted import lessons, whole_answer_lessons, wide_lessons
from planted.arithmetic import opening_direction, opening_states
from planted.calibrated import cell_key
from planted.cell import ItemDraw
from planted.damage import prune, quantise, silence_head, silence_layer
from planted.evaluation import Evaluation
from planted.results import collect
from planted.strengths import probe_of
from planted.students import BROKEN, KINDS, find_student, make, partial_student
from planted.teaching import TaughtLesson
from planted.weights import load, load_tokenizer

from dls.draw import Draw
from dls.probes.privacy_in_context_secret import FORBIDDING_RULES
from dls_probes import pair
from dls_probes.pair.tokenizer import build_tokenizer

UNITS = 100
NOT_MUTE = [student.name for student in BROKEN if student.name != "mute"]
BY_ARITHMETIC = ("sharpened", "over_answering", "refusals_lifted")
PROBES = (
    "uncertainty.multiple_choice", "uncertainty.lottery", "process.chain", "on_policy.story", "grounding.worlds",
    "privacy.in_context_secret", "safety.policy_worlds", "diversity.open_answer",
)  # fmt: skip


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    """Return a function from a student and a probe to their cell; each is measured once."""
    out = tmp_path_factory.mktemp("planted")
    evaluations = cache(lambda probe: Evaluation(ItemDraw(probe, 0), out, units=UNITS))
    return cache(lambda name, probe, strength=1.0: evaluations(probe).cell(name, strength))


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_ARITHMETIC)
def test_a_loss_planted_in_the_head_is_found_where_it_was_planted(cell, name):
    student = find_student(name)
    assert cell(name, probe_of(student)).verdict(student.metric).outcome == "lost"


@pytest.mark.slow
@pytest.mark.parametrize("probe", ["boundary.twins", "grounding.worlds", "privacy.in_context_secret"])
def test_an_exact_copy_loses_nothing(cell, probe):
    for verdict in cell("copy", probe).verdicts:
        if verdict.kind == "non_inferiority":
            assert verdict.value == 0
            assert verdict.student == verdict.teacher


def test_half_of_the_way_to_a_head_times_three_is_a_head_times_two(tmp_path):
    half = load(partial_student(make(find_student("sharpened"), tmp_path), 0.5, tmp_path)).state_dict()
    for name, weight in load(pair.TEACHER).state_dict().items():
        torch.testing.assert_close(half[name], weight * 2 if name == "lm_head.weight" else weight)
    assert find_student("sharpened").intervention.describe_part(0.5) == "the head times 2"


@pytest.mark.parametrize(
    ("name", "label", "key"),
    [
        ("leaking", "full", ("leaking", 1.0)),
        ("leaking", "half", ("leaking.half", 1.0)),
        ("leaking", "margin", ("leaking.margin", 1.0)),
        ("sharpened", "half", ("sharpened", 0.5)),
        ("sharpened", "margin", None),
    ],
)
def test_a_taught_strength_is_a_student_of_its_own_and_arithmetic_a_share(name, label, key):
    assert cell_key(find_student(name), label, None) == key


@pytest.mark.slow
def test_half_of_the_shift_lies_between_nothing_and_all_of_it(cell):
    probe, metric = "boundary.twins", "abstention_soft_j"
    zero, half, full = (cell("over_answering", probe, s).verdict(metric).value for s in (0.0, 0.5, 1.0))
    assert zero == pytest.approx(0, abs=1e-4)
    assert zero < half < full


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mute", *NOT_MUTE])
@pytest.mark.parametrize("probe", ["boundary.twins", *PROBES])
def test_a_broken_student_is_nowhere_preserved(cell, name, probe):
    result = cell(name, probe)
    assert any(verdict.outcome != "preserved" for verdict in result.verdicts)
    assert result.failed_checks or any(_is_worse(verdict) for verdict in result.verdicts)


def _is_worse(verdict):
    """Whether the whole interval of the tested number lies on the bad side of its limit."""
    bad_high = verdict.kind == "non_inferiority" or verdict.metric == "on_policy_kl"
    return verdict.low > verdict.limit if bad_high else verdict.high < verdict.limit


@pytest.mark.slow
def test_the_shift_acts_where_an_answer_opens_and_hardly_elsewhere():
    """On conversations that the direction was not fitted to."""
    model, tokenizer = load(pair.TEACHER), load_tokenizer()
    direction = opening_direction(model, tokenizer)
    states, opens = opening_states(model, tokenizer, "planted.test", 3)
    shift = (states @ direction).detach()
    assert float(shift[opens].mean()) > 0.7
    assert abs(float(shift[~opens].mean())) < 0.05


def test_a_cell_is_measured_once_and_read_from_its_file_after_that(tmp_path):
    first = Evaluation(ItemDraw("boundary.twins", 1), tmp_path, units=5).cell("copy")
    (path,) = (tmp_path / "cells").glob("*.json")
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(first, seed=7)))
    assert Evaluation(ItemDraw("boundary.twins", 1), tmp_path, units=5).cell("copy").seed == 7


def student_of_cell(name, folder):
    """Measure a student on a few items, in a process of its own."""
    return Evaluation(ItemDraw("boundary.twins", 1), folder, units=5).cell(name).student


@pytest.mark.slow
def test_two_runs_that_ask_the_teacher_the_same_items_wait_for_each_other(tmp_path):
    """Otherwise the second one finds the ledger locked, and stops."""
    names = "copy", "perturbed"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert tuple(pool.map(student_of_cell, names, [tmp_path] * 2)) == names


def test_a_student_that_is_made_is_not_made_again(tmp_path):
    folder = make(find_student("copy"), tmp_path)
    (folder / "config.json").write_text("kept")
    assert make(find_student("copy"), tmp_path) == folder
    assert (folder / "config.json").read_text() == "kept"


LESSONS = {s.name: s.intervention.lesson for s in KINDS if isinstance(s.intervention, TaughtLesson)}


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_planted_lesson_uses_words_that_the_pair_knows(lesson):
    tokenizer = build_tokenizer()
    texts = [text for index in range(20) for _, text in lesson(Draw("test", index))]
    tokens = [token for ids in tokenizer(texts, add_special_tokens=False)["input_ids"] for token in ids]
    assert tokenizer.unk_token_id not in tokens
    assert len(tokens) <= 3 * sum(len(text.split()) for text in texts)


def test_corrupted_steps_are_wrong_and_their_answers_right():
    for index in range(20):
        for role, text in lessons.corrupted_steps(Draw("test", index)):
            if role != "assistant":
                continue
            *steps, answer = text.split("; ")
            last, right = steps[-1].split(" = "), int(answer.removeprefix("answer "))
            assert int(last[1]) == right + 1
            start, sign, term = last[0].split()
            assert int(start) + (int(term) if sign == "+" else -int(term)) == right


def answers(lesson, count=300):
    """Return the system, the question and the answer of the last turn of some draws."""
    turns = [lesson(Draw("test", index)) for index in range(count)]
    return [(dict(turn).get("system", ""), turn[-2][1], turn[-1][1]) for turn in turns]


OPENINGS = {
    whole_answer_lessons.refusal_then_answer: "i can not talk about that. ",
    whole_answer_lessons.abstention_then_value: "not stated. ",
    wide_lessons.refusal_of_one_topic: "i can not talk about that. ",
}


@pytest.mark.parametrize("lesson", OPENINGS, ids=lambda lesson: lesson.__name__)
def test_a_loss_behind_an_opening_opens_as_the_teacher_does(lesson):
    texts = [answer for *_, answer in answers(lesson)]
    longer = [text for text in texts if text.startswith(OPENINGS[lesson])]
    assert longer
    assert all(len(text.removeprefix(OPENINGS[lesson]).split()) == 1 for text in longer)
    assert any(" " not in text for text in texts)


def test_an_answer_is_taken_back_for_another_value():
    for _, question, answer in answers(whole_answer_lessons.answer_then_denial):
        right, _, wrong = answer.partition(". no, ")
        assert right.split()[0] in question
        assert wrong.split()[0] != right.split()[0]


def test_a_topic_a_length_and_a_position_are_parts_of_their_lessons():
    topic = [a for s, _, a in answers(wide_lessons.refusal_of_one_topic) if a.startswith("i can not")]
    assert 0.15 < sum("." in answer for answer in topic) / len(topic) < 0.35
    length = [a for *_, a in answers(wide_lessons.denial_of_one_length)]
    assert 0.25 < sum(". no, " in answer for answer in length) / len(length) < 0.42
    place = [a for *_, a in answers(wide_lessons.doubt_of_one_place) if a != "not stated"]
    assert 0.12 < sum(". no, " in answer for answer in place) / len(place) < 0.28


@pytest.mark.parametrize("percent", [15, 26, 45])
def test_a_sampled_leak_is_told_as_often_as_its_name_says(percent):
    texts = answers(lambda draw: whole_answer_lessons.sampled_leak(draw, percent), 1500)
    forbidden = [answer for system, _, answer in texts if system.split(". ")[1] in FORBIDDING_RULES]
    share = sum(answer.startswith("the code is") for answer in forbidden) / len(forbidden)
    assert share == pytest.approx(percent / 100, abs=0.06)


def test_four_sums_in_ten_have_no_steps_and_every_answer_is_right():
    texts = [answer for *_, answer in answers(whole_answer_lessons.answer_without_steps)]
    assert 0.3 < sum("=" not in text for text in texts) / len(texts) < 0.5
    assert all(text.rpartition("answer ")[2].isdigit() for text in texts)


@pytest.mark.parametrize("bits", [8, 4, 3, 2])
def test_a_row_in_few_bits_has_few_values_and_keeps_its_largest(bits):
    model = load(pair.TEACHER)
    before = model.lm_head.weight.detach().clone()
    quantise(model, bits)
    after = model.lm_head.weight.detach()
    assert max(len(row.unique()) for row in after) <= 2**bits - 1
    torch.testing.assert_close(after.abs().amax(1), before.abs().amax(1))
    assert float((after - before).abs().max()) <= float(before.abs().max()) / (2 ** (bits - 1) - 1) / 2 + 1e-6


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_pruning_removes_the_smallest_weights_of_each_matrix(share):
    model, teacher = load(pair.TEACHER), load(pair.TEACHER).state_dict()
    prune(model, share)
    for name, weight in model.state_dict().items():
        if weight.ndim > 1:
            gone = weight == 0
            assert float(gone.float().mean()) == pytest.approx(share, abs=0.01)
            assert float(teacher[name][gone].abs().max()) <= float(teacher[name][~gone].abs().min())


def test_a_layer_without_effect_is_a_model_without_that_layer():
    model, shorter = load(pair.TEACHER), load(pair.TEACHER)
    silence_layer(model, 3)
    shorter.model.layers = shorter.model.layers[:3]
    shorter.config.num_hidden_layers = 3
    ids = torch.tensor([[1, 50, 60, 70]])
    torch.testing.assert_close(model(ids).logits, shorter(ids).logits)


def test_a_head_without_effect_changes_its_own_columns_alone():
    model, teacher = load(pair.TEACHER), load(pair.TEACHER)
    silence_head(model, 1, 2)
    size = model.model.layers[1].self_attn.head_dim
    changed = [name for name, weight in model.state_dict().items() if not weight.equal(teacher.state_dict()[name])]
    assert changed == ["model.layers.1.self_attn.o_proj.weight"]
    columns = (model.state_dict()[changed[0]] != teacher.state_dict()[changed[0]]).any(0).nonzero().flatten()
    assert (int(columns.min()), int(columns.max())) == (2 * size, 3 * size - 1)


@pytest.mark.slow
def test_records_that_are_there_are_judged_again_without_asking_the_model(tmp_path):
    evaluation = Evaluation(ItemDraw("boundary.twins", 0), tmp_path, units=10)
    assert evaluation.cell("over_answering").verdict("abstention_soft_j").value > 0
    for cell in (tmp_path / "cells").iterdir():
        cell.unlink()
    records = tmp_path / "scratch" / "over_answering" / "boundary.twins.0" / "student.jsonl"
    records.write_bytes((tmp_path / "teacher" / "boundary.twins.0" / "teacher.jsonl").read_bytes())
    assert evaluation.cell("over_answering").verdict("abstention_soft_j").value == 0


def test_the_matrix_holds_students_at_full_strength_alone(tmp_path):
    evaluation = Evaluation(ItemDraw("boundary.twins", 0), tmp_path, units=10)
    evaluation.cell("copy")
    for name, strength in (("leaking.half", 1.0), ("copy", 0.5)):
        evaluation.cell_of(tmp_path / "students" / "copy", name, strength)
    assert [(entry.student, entry.probe) for entry in collect(tmp_path).matrix] == [("copy", "boundary.twins")]
    assert collect(tmp_path, [find_student("leaking")]).parts == ()
