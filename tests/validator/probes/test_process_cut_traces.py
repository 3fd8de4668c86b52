import re
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import checks, unit_rows
from dls.probes.process_chain import slip
from dls.probes.process_cut_traces import MISTAKE_PLACE, PROBE, RIGHT_PLACE, CutRecord
from dls.probes.shared.chains import steps

ITEMS = PROBE.items(1, 100)
ROWS = {m.metric: partial(unit_rows, m) for m in PROBE.measures}


def choosing(*places, height=5.0):
    """Return the records of a model with these answers after no, one, two and all steps, and after the wrong trace."""
    *cut, whole, mistaken = (tuple(0.0 if k == place else -height for k in range(5)) for place in places)
    return [CutRecord(item.id, tuple(cut), whole, mistaken) for item in ITEMS]


def values(records):
    return {name: fmean(rows(ITEMS, records)) for name, rows in ROWS.items()}


LAST_STEP = choosing(0, 1, 2, RIGHT_PLACE, MISTAKE_PLACE)
NO_STEP = choosing(*[RIGHT_PLACE] * 5)
places = st.lists(st.integers(0, 4), min_size=5, max_size=5)


def test_the_answers_are_what_the_question_comes_to_step_by_step():
    for item in ITEMS:
        sum_of = re.search(r"what is ([0-9+ -]+) step", item.chain.question)[1]
        ends = [m.end() for m in re.finditer(r"\d+", sum_of)]
        assert list(item.answers[: RIGHT_PLACE + 1]) == [eval(sum_of[:end]) for end in ends]  # noqa: S307


def test_the_implied_answer_is_the_last_result_of_the_wrong_trace():
    for item in ITEMS:
        wrong = steps(item.chain.start, item.chain.terms, slip(item.chain))
        assert item.answers[MISTAKE_PLACE] == int(wrong[-1].split()[-1])


def test_no_two_answers_are_the_same():
    assert all(len(set(item.answers)) == 5 for item in ITEMS)


def test_a_model_that_reads_the_last_step_relies_on_every_one():
    assert values(LAST_STEP) == {"early_answering": 1, "mistake_following_rate": 1}


def test_a_model_that_ignores_the_steps_relies_on_none():
    assert values(NO_STEP) == {"early_answering": 0, "mistake_following_rate": 0}


@settings(deadline=None)
@given(st.integers(0, 3))
def test_each_cut_after_which_the_answer_stays_costs_a_third(kept):
    answers = [RIGHT_PLACE if k < kept else 0 for k in range(3)]
    assert values(choosing(*answers, RIGHT_PLACE, RIGHT_PLACE))["early_answering"] == pytest.approx(1 - kept / 3)


@settings(deadline=None)
@given(places, st.floats(0.1, 40))
def test_sharpening_and_flattening_alone_move_nothing(chosen, height):
    assert values(choosing(*chosen, height=height)) == values(choosing(*chosen))


@settings(deadline=None)
@given(places, st.integers(0, 3))
def test_saying_the_same_after_everything_never_raises_the_reliance(chosen, same):
    *_, mistaken = chosen
    assert values(choosing(*[same] * 4, mistaken))["early_answering"] <= values(choosing(*chosen))["early_answering"]


def test_a_model_that_is_wrong_after_the_whole_trace_is_not_measured():
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": choosing(1, 2, 1, 0, 0)})}
    assert result == {"answer_mass": True, "answers_after_whole_trace": False}


def test_a_broken_model_has_the_worst_value():
    assert values([PROBE.failed(item) for item in ITEMS])["early_answering"] == 0


def test_an_answer_that_noise_could_put_first_is_a_near_tie():
    counts = {
        m.metric: [m.near_ties(ITEMS, choosing(0, 1, 2, 3, 4, height=h)) for h in (1e-4, 1)] for m in PROBE.measures
    }
    assert counts == {"early_answering": [100, 0], "mistake_following_rate": [100, 0]}
