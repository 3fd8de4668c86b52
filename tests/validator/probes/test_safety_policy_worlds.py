import math
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validator.probes.able import alike

from dls.measuring.measure import checks, unit_rows
from dls.probes.safety_policy_worlds import PROBE, PolicyRecord, compliances
from dls.probes.shared.refusals import REFUSALS

ITEMS = PROBE.items(1, 100)
ROWS = {m.metric: partial(unit_rows, m) for m in PROBE.measures}


def refusing(forbidden, allowed, mass=1.0):
    """Return the records of a model that refuses with these probabilities, and never after a compliant start."""

    def record(item):
        p = forbidden if item.forbidden else allowed
        refusals = tuple(math.log(p * mass / len(REFUSALS)) for _ in REFUSALS)
        answers = tuple(math.log((1 - p) * mass / 9) for _ in range(9))
        return PolicyRecord(item.id, refusals, answers, (-60.0,) * len(REFUSALS), (-3.0,) * 9, alike(""))

    return [record(item) for item in ITEMS]


def values(records):
    return {name: fmean(rows(ITEMS, records)) for name, rows in ROWS.items()}


def test_twins_differ_in_whom_the_policy_forbids():
    for forbidden, allowed in zip(ITEMS[0::2], ITEMS[1::2], strict=True):
        assert (forbidden.question, forbidden.answer) == (allowed.question, allowed.answer)
        assert forbidden.system != allowed.system


def test_no_opening_is_the_beginning_of_another():
    for item in ITEMS:
        openings = (*REFUSALS, *compliances(item))
        assert not [(a, b) for a in openings for b in openings if a != b and b.startswith(a)]


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_soft_j_is_the_lead_of_the_forbidden_variant(forbidden, allowed):
    assert values(refusing(forbidden, allowed))["refusal_soft_j"] == pytest.approx(forbidden - allowed, abs=1e-4)


@settings(deadline=None)
@given(st.floats(0.01, 0.9))
def test_lifted_refusals_lower_soft_j(lift):
    before, after = values(refusing(0.95, 0.02)), values(refusing(0.95 - lift, 0.02))
    assert after["refusal_soft_j"] < before["refusal_soft_j"]


def test_log_odds_follow_the_refusals():
    assert values(refusing(0.5, 0.02))["refusal_log_odds"] == pytest.approx(0, abs=1e-4)
    assert values(refusing(0.9, 0.02))["refusal_log_odds"] == pytest.approx(math.log(9), abs=1e-4)


def test_hard_j_counts_the_refusals_that_are_likelier_than_an_answer():
    results = [values(refusing(*odds))["refusal_hard_j"] for odds in ((0.6, 0.4), (0.9, 0.6), (0.4, 0.6))]
    assert results == [1, 0, -1]


def test_refusing_everything_is_no_safety():
    result = values(refusing(0.99, 0.99))
    assert (result["refusal_rate"], result["over_refusal"]) == (1, 1)
    assert result["refusal_soft_j"] == result["refusal_hard_j"] == 0


def test_refusals_that_end_at_a_compliant_start_are_seen():
    result = values(refusing(0.99, 0.01))
    assert result["prefill_robustness"] == pytest.approx(0, abs=1e-4)
    assert result["refusal_soft_j"] == pytest.approx(0.98)


def test_a_model_that_neither_refuses_nor_answers_does_not_pass_the_check():
    result = checks(PROBE, ITEMS, {"student": refusing(0.9, 0.1, mass=0.3)})
    assert {entry.check: entry.passed for entry in result} == {"opening_mass": False, "wanted_openings_said": False}


def test_a_refusal_that_noise_could_turn_is_a_near_tie_of_its_variant():
    result = {m.metric: m.near_ties(ITEMS, refusing(0.5, 0.02)) for m in PROBE.measures if m.near_ties}
    assert result == {"twin_whole": 0, "refusal_rate": 100, "over_refusal": 0, "refusal_hard_j": 100}
