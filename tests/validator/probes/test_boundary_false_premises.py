import math
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validator.probes.able import alike, twin

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.probes.boundary_false_premises import PROBE
from dls.probes.boundary_twins import TwinRecord
from dls.probes.shared.vocabulary import NOT_STATED

ITEMS = PROBE.items(1, 100)
WHOLE, MEASURE, SOFT = PROBE.measures


def answering(true, false, *, right=True):
    """Return the records of a model with these probabilities of rejecting a true premise, and a false one."""

    def record(item):
        reject = false if item.answer == NOT_STATED else true
        answer = item.values.index(item.answer) if right and item.answer in item.values else 0
        values = [math.log(1 - reject) if k == answer else -60.0 for k in range(len(item.values))]
        return TwinRecord(item.id, tuple(values), math.log(reject), alike(""))

    return [record(item) for item in ITEMS]


def rejection(records):
    result = unit_rows(MEASURE, ITEMS, records)
    return sum(result) / len(result)


def soft_j(records):
    result = unit_rows(SOFT, ITEMS, records)
    return sum(result) / len(result)


def passed(records):
    return {check.check: check.passed for check in checks(PROBE, ITEMS, {"student": records})}


def test_the_text_itself_says_whether_a_premise_is_true():
    for item in ITEMS:
        pets = dict(re.findall(r"(\w+) has one pet, a (\w+)\.", item.context))
        colours = dict(re.findall(r"the (\w+) likes (\w+)\.", item.context))
        pet, owner = re.search(r"the (\w+) of (\w+) like", item.question).groups()
        assert item.answer == (colours[pet] if pets[owner] == pet else NOT_STATED)


def test_the_false_variant_asks_for_an_animal_that_the_text_knows():
    for true, false in zip(ITEMS[0::2], ITEMS[1::2], strict=True):
        assert true.context == false.context
        assert re.search(r"the (\w+) of", false.question)[1] in false.context


def test_a_model_that_tells_premises_apart_rejects_all_false_ones():
    assert rejection(answering(0.1, 0.9)) == 1
    assert all(passed(answering(0.1, 0.9)).values())


def test_a_model_that_rejects_everything_is_not_measured():
    always = answering(0.9, 0.9)
    assert rejection(always) == 1
    assert passed(always) == {"answer_mass": True, "wanted_answers_said": True, "answers_true_premises": False}


def test_a_model_that_answers_true_premises_wrongly_is_not_measured():
    assert not passed(answering(0.1, 0.9, right=False))["answers_true_premises"]


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0, 10))
def test_rejecting_less_never_raises_the_share_of_rejections(p, shift):
    odds = math.log(p / (1 - p)) - shift
    assert rejection(answering(0.1, 1 / (1 + math.exp(-odds)))) <= rejection(answering(0.1, p))


@settings(deadline=None)
@given(st.floats(0.01, 0.99).filter(lambda p: abs(p - 0.5) > 1e-6), st.floats(0.1, 5))
def test_sharpening_and_flattening_alone_turn_no_decision(p, power):
    sharp = p**power / (p**power + (1 - p) ** power)
    assert rejection(answering(0.1, sharp)) == rejection(answering(0.1, p))


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_soft_j_is_what_a_false_premise_adds_to_the_probability_of_rejecting(true, false):
    assert soft_j(answering(true, false)) == pytest.approx(false - true, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.01, 0.99))
def test_rejecting_everything_alike_earns_no_soft_j(p):
    assert soft_j(answering(p, p)) == pytest.approx(0, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.5, 6), st.floats(1.1, 5))
def test_sharpening_raises_soft_j_and_flattening_lowers_it(log_odds, power):
    def at(scale):
        return soft_j(answering(*(1 / (1 + math.exp(sign * log_odds * scale)) for sign in (1, -1))))

    assert at(1 / power) < at(1) < at(power)


def test_a_broken_model_rejects_nothing_and_does_not_pass():
    broken = [PROBE.failed(item) for item in ITEMS]
    assert rejection(broken) == 0
    assert soft_j(broken) == pytest.approx(-1)
    assert not passed(broken)["answers_true_premises"]


def test_a_decision_that_noise_could_turn_is_a_near_tie():
    assert MEASURE.near_ties(ITEMS, answering(0.1, 0.5)) == 100
    assert MEASURE.near_ties(ITEMS, answering(0.5, 0.9)) == 0


def test_a_rejection_is_counted_once_a_twin():
    _, result, _ = measured_metrics(PROBE, ITEMS, {"student": answering(0.1, 0.9)})
    assert (result.student.count, result.student.n, result.student.interval.unit) == (100, 100, "cluster")
    assert result.student.interval.low == pytest.approx(0.05 ** (1 / 100), abs=1e-4)  # zero misses: exact bound


@pytest.mark.parametrize(("text", "value"), [("{}", 1), ("not stated. {}", 0), ("no, its pet likes {}", 0), ("", 0)])
def test_the_colour_of_the_other_pet_is_read_wherever_it_stands(text, value):
    records = [msgspec.structs.replace(twin(item), texts=said(item, text)) for item in ITEMS]
    assert set(unit_rows(WHOLE, ITEMS, records)) == {value}


def said(item, text):
    """Return this text with the colour, but the plain abstention on a false premise where the text is the colour."""
    is_false = item.answer == NOT_STATED
    if is_false and text == "{}":
        return alike(NOT_STATED)
    return alike(text.format(item.values[0] if is_false else item.answer))
