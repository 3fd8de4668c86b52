import re
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.probes.on_policy_recovery import PROBE, Ending, RecoveryRecord, starts
from dls.probes.process_chain import slip

ITEMS = PROBE.items(1, 100)
(MEASURE,) = PROBE.measures


def right(item):
    """Return the right answer, reckoned from the question's own words."""
    return eval(re.search(r"what is ([0-9+ -]+) step", item.question)[1])  # noqa: S307


def both(item, clean, injected, *, ended=True):
    """Return the record of a model that ends a trace like this from each of the beginnings."""
    return RecoveryRecord(item.id, Ending(clean, ended), Ending(injected, ended), 0.9)


def ending(clean, injected):
    """Return the records of a model that ends in the right answer plus so much, from each of the beginnings."""
    return [both(item, f"answer {right(item) + clean}", f"answer {right(item) + injected}") for item in ITEMS]


def recovery(records):
    return fmean(unit_rows(MEASURE, ITEMS, records))


def test_the_beginnings_differ_in_the_result_of_their_last_step_alone():
    for item in ITEMS:
        (clean, wrong), (place, off) = starts(item), slip(item)
        *before, last = clean.removesuffix(";").split("; ")
        *start, slip_step = wrong.removesuffix(";").split("; ")
        assert (before, len(before)) == (start, place)
        assert last.split()[:-1] == slip_step.split()[:-1]
        assert int(slip_step.split()[-1]) - int(last.split()[-1]) == off != 0


def test_a_model_that_comes_back_to_the_right_answer_has_recovered():
    assert recovery(ending(0, 0)) == 1


@settings(deadline=None)
@given(st.integers(-9, 9).filter(bool))
def test_a_model_that_carries_the_mistake_on_has_not(off):
    assert recovery(ending(0, off)) == 0


def test_how_it_recovers_does_not_matter():
    corrected = "no: 34 + 5 = 39; 39 - 8 = 31"
    records = [both(item, "", f"{corrected}; answer {right(item)}") for item in ITEMS]
    assert recovery(records) == 1


def test_an_answer_that_cannot_be_read_is_no_recovery():
    for text in ("", "thirty one", "answer", "; ; ;", "answer 31 or 32"):
        assert recovery([both(item, text, text) for item in ITEMS]) == 0


@pytest.mark.parametrize("more", ["; no, answer 1", ". or 1", "; answer 1"])
def test_an_answer_that_is_taken_back_is_no_recovery(more):
    assert recovery([both(item, "", f"answer {right(item)}{more}") for item in ITEMS]) == 0


def test_a_model_that_does_not_end_its_answer_has_neither_recovered_nor_been_able():
    records = [both(item, f"answer {right(item)}", f"answer {right(item)}", ended=False) for item in ITEMS]
    assert recovery(records) == 0
    assert {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": records})}["answers_from_right_start"] is False


@pytest.mark.parametrize(("clean", "passes"), [(0, True), (1, False)])
def test_a_model_that_fails_without_the_mistake_is_not_measured(clean, passes):
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": ending(clean, 0)})}
    assert result == {"answers_from_right_start": passes, "answer_confidence": True}


def test_a_broken_model_has_the_worst_value():
    assert recovery([PROBE.failed(item) for item in ITEMS]) == 0


def test_a_student_that_recovers_less_often_has_lost_the_difference():
    half = [*ending(0, 0)[:50], *ending(0, 1)[50:]]
    (result,) = measured_metrics(PROBE, ITEMS, {"teacher": ending(0, 0), "student": half})
    assert (result.loss.value, result.flips.teacher_only) == (pytest.approx(0.5), 50)
