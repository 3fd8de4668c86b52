import re
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.metrics.formulas import statistic
from dls.probes.boundary_range import KINDS, PROBE, RangeRecord

ITEMS = PROBE.items(1, 400)
MEASURES = {m.metric: m for m in PROBE.measures}
shares = st.lists(st.booleans(), min_size=len(KINDS), max_size=len(KINDS))


def certain(place, height=9.0):
    return tuple(0.0 if k == place else -height for k in range(4))


def answering(within, beyond, height=9.0):
    """Return the records of a model that is right, or not, on the kinds in turn, within the range and beyond it."""

    def record(index, item):
        of_kind = index % len(KINDS)
        at = [
            question.answer if right[of_kind] else (question.answer + 1) % 4
            for question, right in ((item.within, within), (item.beyond, beyond))
        ]
        return RangeRecord(item.id, *(certain(place, height) for place in at))

    return [record(index, item) for index, item in enumerate(ITEMS)]


def values(records):
    result = {}
    for name, measure in MEASURES.items():
        rows = np.array(unit_rows(measure, ITEMS, records), dtype=np.float64)
        result[name] = rows.mean() if rows.ndim == 1 else statistic(name, rows)(np.arange(len(rows)))
    return result


def size(question):
    """Return the size of a question, read from its own words."""
    numbers = [int(word) for word in re.findall(r"\d+", question.question)]
    if question.kind == "sum":
        return len(numbers) - 1
    if question.kind == "copy":
        return question.context.count(" copies ") + 1
    if question.kind == "day":
        return numbers[0] if numbers else 1
    return (numbers[1] - numbers[0]) // 2


def test_every_question_beyond_the_range_is_larger_than_all_within():
    for kind, _ in KINDS:
        within, beyond = ([size(getattr(i, side)) for i in ITEMS if i.kind == kind] for side in ("within", "beyond"))
        assert (min(beyond) >= max(within)) if kind == "next" else (min(beyond) > max(within))


def test_groups_are_equally_large():
    assert {kind: sum(item.kind == kind for item in ITEMS) for kind, _ in KINDS} == dict.fromkeys(dict(KINDS), 100)


@settings(deadline=None, max_examples=30)
@given(shares, shares)
def test_the_values_are_counted_by_hand(within, beyond):
    result = values(answering(within, beyond))
    assert result["out_of_range_accuracy"] == pytest.approx(fmean(beyond))
    assert result["out_of_range_drop"] == pytest.approx(fmean(within) - fmean(beyond))
    assert result["worst_group_accuracy"] == min(beyond)


@settings(deadline=None, max_examples=20)
@given(shares, shares, st.floats(0.1, 40))
def test_sharpening_and_flattening_alone_move_nothing(within, beyond, height):
    assert values(answering(within, beyond, height)) == values(answering(within, beyond))


def test_a_model_that_loses_one_group_loses_the_worst_group_most():
    whole, less = ([True] * 4, [True, True, False, True])
    before, after = values(answering(whole, whole)), values(answering(whole, less))
    assert (before["worst_group_accuracy"], after["worst_group_accuracy"]) == (1, 0)
    assert after["out_of_range_accuracy"] == pytest.approx(0.75)
    assert after["out_of_range_drop"] == pytest.approx(0.25)


def test_a_model_that_knows_nothing_has_no_drop_and_is_not_measured():
    nothing = answering([False] * 4, [False] * 4)
    assert values(nothing)["out_of_range_drop"] == 0
    assert not {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": nothing})}["answers_within_range"]


def test_a_model_that_says_nothing_beyond_the_range_is_not_measured():
    silent = [
        RangeRecord(entry.id, entry.within, tuple(value - 20 for value in entry.beyond))
        for entry in answering([True] * 4, [True] * 4)
    ]
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": silent})}
    assert result == {"option_mass": False, "answers_within_range": True}


def test_the_record_of_an_error_is_the_deepest_drop():
    result = values([PROBE.failed(item) for item in ITEMS])
    assert result == {"out_of_range_accuracy": 0, "out_of_range_drop": 1, "worst_group_accuracy": 0}


def test_the_worst_group_is_at_most_the_mean():
    rng = np.random.default_rng(0)
    records = [RangeRecord(i.id, certain(0), tuple(rng.normal(size=4) - 5)) for i in ITEMS]
    result = values(records)
    assert result["worst_group_accuracy"] <= result["out_of_range_accuracy"]


def test_an_option_that_noise_could_put_first_is_a_near_tie_of_its_variant():
    (close, far) = certain(0, 1e-4), certain(0)
    counters = {
        name: measure.near_ties(ITEMS, [RangeRecord(i.id, close, far) for i in ITEMS])
        for name, measure in MEASURES.items()
    }
    assert counters == {"out_of_range_accuracy": 0, "out_of_range_drop": 400, "worst_group_accuracy": 0}


def test_a_drop_has_an_interval_over_pairs_of_questions():
    records = answering([True] * 4, [True, False, True, True])
    (result,) = measured_metrics(PROBE, ITEMS, {"student": records}, only=frozenset({"out_of_range_drop"}))
    low, high = result.student.interval.low, result.student.interval.high
    spread = 1.645 * (0.25 * 0.75 / 400) ** 0.5  # each pair's drop is 0 or 1: a binomial share
    assert (low, high) == pytest.approx((0.25 - spread, 0.25 + spread), abs=0.01)
