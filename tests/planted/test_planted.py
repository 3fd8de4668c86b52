"""The part of the planted-loss matrix that every change is held to: a hundred units, students made by arithmetic alone."""

from functools import cache

import msgspec
import pytest
import torch
from planted import lessons
from planted.arithmetic import opening_direction, opening_states
from planted.cell import Where
from planted.results import collect
from planted.seated import filed_as
from planted.sitting import Sitting
from planted.strengths import probe_of
from planted.students import BROKEN, load, load_tokenizer, make, student, weakened

from dls.draw import Draw
from dls_probes import pair
from dls_probes.pair.tokenizer import build_tokenizer

UNITS = 100
BY_ARITHMETIC = ("sharpened", "over_answering", "refusals_lifted")
PROBES = (
    "uncertainty.multiple_choice", "uncertainty.lottery", "boundary.twins", "process.chain", "on_policy.story", "grounding.worlds",
    "privacy.in_context_secret", "safety.policy_worlds", "diversity.open_answer",
)  # fmt: skip


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    """Return the cell of a student under a probe; every one is measured once."""
    out = tmp_path_factory.mktemp("planted")
    sittings = cache(lambda probe: Sitting(Where(probe, 0), out, units=UNITS))
    return cache(lambda name, probe, strength=1.0: sittings(probe).cell(name, strength))


@pytest.mark.parametrize("name", BY_ARITHMETIC)
def test_a_loss_planted_in_the_head_is_found_where_it_was_planted(cell, name):
    assert cell(name, probe_of(student(name))).verdict(student(name).metric).outcome == "lost"


@pytest.mark.parametrize("probe", ["boundary.twins", "grounding.worlds", "privacy.in_context_secret"])
def test_an_exact_copy_loses_nothing(cell, probe):
    for found in cell("copy", probe).verdicts:
        if found.kind == "non_inferiority":
            assert found.value == 0
            assert found.student == found.teacher


def test_half_of_the_way_to_a_head_times_three_is_a_head_times_two(tmp_path):
    half = load(weakened(make(student("sharpened"), tmp_path), 0.5, tmp_path)).state_dict()
    for name, weight in load(pair.TEACHER).state_dict().items():
        torch.testing.assert_close(half[name], weight * 2 if name == "lm_head.weight" else weight)
    assert student("sharpened").made.part(0.5) == "the head times 2"


@pytest.mark.parametrize(
    ("name", "label", "filed"),
    [
        ("leaking", "full", ("leaking", 1.0)),
        ("leaking", "half", ("leaking.half", 1.0)),
        ("leaking", "margin", ("leaking.margin", 1.0)),
        ("sharpened", "half", ("sharpened", 0.5)),
        ("sharpened", "margin", None),
    ],
)
def test_a_taught_strength_is_a_student_of_its_own_and_arithmetic_a_share(name, label, filed):
    assert filed_as(student(name), label, None) == filed


def test_half_of_the_shift_lies_between_nothing_and_all_of_it(cell):
    probe, metric = "boundary.twins", "abstention_soft_j"
    none, half, full = (cell("over_answering", probe, s).verdict(metric).value for s in (0.0, 0.5, 1.0))
    assert none == pytest.approx(0, abs=1e-4)
    assert none < half < full


@pytest.mark.parametrize("name", [one.name for one in BROKEN])
@pytest.mark.parametrize("probe", PROBES)
def test_a_broken_student_is_nowhere_preserved(cell, name, probe):
    found = cell(name, probe)
    assert any(verdict.outcome != "preserved" for verdict in found.verdicts)
    assert found.failed_checks or any(_suffers(verdict) for verdict in found.verdicts)


def _suffers(verdict):
    """Whether what the target tests lies on its bad side, interval and all."""
    bad_high = verdict.kind == "non_inferiority" or verdict.metric == "on_policy_kl"
    return verdict.low > verdict.limit if bad_high else verdict.high < verdict.limit


def test_the_shift_acts_where_an_answer_opens_and_hardly_elsewhere():
    """On conversations that the direction was not fitted to."""
    model, tokenizer = load(pair.TEACHER), load_tokenizer()
    direction = opening_direction(model, tokenizer)
    states, opens = opening_states(model, tokenizer, "planted.test", 3)
    read = (states @ direction).detach()
    assert float(read[opens].mean()) > 0.7
    assert abs(float(read[~opens].mean())) < 0.05


def test_a_cell_is_measured_once_and_read_from_its_file_after_that(tmp_path):
    first = Sitting(Where("boundary.twins", 1), tmp_path, units=5).cell("copy")
    (path,) = (tmp_path / "cells").glob("*.json")
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(first, seed=7)))
    assert Sitting(Where("boundary.twins", 1), tmp_path, units=5).cell("copy").seed == 7


def test_a_student_that_is_made_is_not_made_again(tmp_path):
    folder = make(student("copy"), tmp_path)
    (folder / "config.json").write_text("kept")
    assert make(student("copy"), tmp_path) == folder
    assert (folder / "config.json").read_text() == "kept"


@pytest.mark.parametrize(
    "lesson",
    [
        lessons.corrupted_steps,
        lessons.looping_stories,
        lessons.invented_answers,
        lessons.told_secrets,
        lessons.one_answer,
    ],
)
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
            left, sign, term = last[0].split()
            assert int(left) + (int(term) if sign == "+" else -int(term)) == right


def test_records_that_are_there_are_judged_again_without_asking_the_model(tmp_path):
    sitting = Sitting(Where("boundary.twins", 0), tmp_path, units=10)
    assert sitting.cell("over_answering").verdict("abstention_soft_j").value > 0
    for cell in (tmp_path / "cells").iterdir():
        cell.unlink()
    asked = tmp_path / "scratch" / "over_answering" / "boundary.twins.0" / "student.jsonl"
    asked.write_bytes((tmp_path / "teacher" / "boundary.twins.0" / "teacher.jsonl").read_bytes())
    assert sitting.cell("over_answering").verdict("abstention_soft_j").value == 0


def test_the_matrix_holds_students_at_full_strength_alone(tmp_path):
    sitting = Sitting(Where("boundary.twins", 0), tmp_path, units=10)
    sitting.cell("copy")
    for name, strength in (("leaking.half", 1.0), ("copy", 0.5)):
        sitting.of(tmp_path / "students" / "copy", name, strength)
    assert [(found.student, found.probe) for found in collect(tmp_path).matrix] == [("copy", "boundary.twins")]
