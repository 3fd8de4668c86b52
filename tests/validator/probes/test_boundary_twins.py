import math
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validator.probes.able import alike

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.probes.boundary_twins import PROBE, TwinRecord
from dls.probes.shared.vocabulary import NOT_STATED

ITEMS = PROBE.items(1, 100)
ROWS = {m.metric: partial(unit_rows, m) for m in PROBE.measures}


def answering(unanswerable, answerable, mass=1.0):
    """Return the records of a model that abstains with these probabilities, the rest being one of the values."""

    def record(item):
        abstain = unanswerable if item.answer == NOT_STATED else answerable
        return TwinRecord(item.id, (math.log((1 - abstain) * mass), *(-60.0,) * 7), math.log(abstain * mass), alike(""))

    return [record(item) for item in ITEMS]


def values(records):
    """Return every metric that is a mean, without its interval."""
    return {name: fmean(rows(ITEMS, records)) for name, rows in ROWS.items() if name != "abstention_auroc"}


def odds(log_odds):
    return 1 / (1 + math.exp(-log_odds))


def test_twins_differ_in_the_one_sentence_that_answers():
    for with_answer, without in zip(ITEMS[0::2], ITEMS[1::2], strict=True):
        assert with_answer.question == without.question
        assert with_answer.answer in with_answer.context
        assert set(without.context.split(". ")) < set(with_answer.context.split(". ")) or len(
            without.context.split(".")
        ) < len(with_answer.context.split("."))


def test_the_lead_of_the_unanswerable_variant_is_soft_j():
    assert values(answering(0.9, 0.2))["abstention_soft_j"] == pytest.approx(0.7)


@settings(deadline=None)
@given(st.floats(0.01, 0.99))
def test_a_model_that_abstains_alike_everywhere_has_none(p):
    result = values(answering(p, p))
    assert result["abstention_soft_j"] == pytest.approx(0, abs=1e-4)
    assert result["abstention_hard_j"] == 0


@settings(deadline=None)
@given(st.floats(0, 3), st.floats(0.5, 8))
def test_over_answering_lowers_soft_j(lead, shift):
    before, after = (values(answering(odds(3 + lead - s), odds(-3 - s))) for s in (0.0, 6 + shift))
    assert after["abstention_soft_j"] < before["abstention_soft_j"]
    assert after["abstention_recall"] < before["abstention_recall"]


def test_over_answering_does_not_move_the_order_of_twins():
    result = measured_metrics(
        PROBE, ITEMS, {"student": answering(odds(-5), odds(-11))}, only=frozenset({"abstention_auroc"})
    )
    assert result[0].student.value == 1


def test_a_model_that_says_something_else_does_not_pass_the_check():
    for mass, passes in ((0.4, False), (0.6, True)):
        result = checks(PROBE, ITEMS, {"student": answering(0.9, 0.2, mass=mass)})
        assert {entry.check: entry.passed for entry in result} == {"answer_mass": passes, "wanted_answers_said": passes}


@pytest.mark.parametrize("silent", [slice(0, None, 2), slice(1, None, 2)], ids=["answerable", "unanswerable"])
def test_a_model_that_answers_on_one_variant_alone_does_not_pass_the_check(silent):
    records = answering(0.9, 0.2)
    records[silent] = answering(0.9, 0.2, mass=0.1)[silent]
    result = checks(PROBE, ITEMS, {"student": records})
    assert {entry.check: entry.passed for entry in result} == {"answer_mass": True, "wanted_answers_said": False}


def test_no_probability_however_small_breaks_the_numbers():
    records = [TwinRecord(item.id, (-1e6,) * 8, -1e6 + 1, alike("")) for item in ITEMS]
    assert values(records)["abstention_soft_j"] == 0


def test_a_decision_that_noise_could_turn_is_a_near_tie_of_its_variant():
    counters = {m.metric: m.near_ties for m in PROBE.measures if m.near_ties}
    undecided = answering(0.5, 0.2)
    result = {name: count(ITEMS, undecided) for name, count in counters.items()}
    assert result == {"twin_whole": 0, "abstention_recall": 100, "over_abstention": 0, "abstention_hard_j": 100}
