from statistics import fmean

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.validator.probes.able import items_of, open_answer

from dls.measuring.measure import checks, unit_rows
from dls.probes.catalogue import find_probe
from dls.probes.diversity_open_answer import PROBE, SAMPLES, OpenItem

COLOUR = OpenItem("0", "which colour do you pick, but not red?", ("blue", "green", "yellow", "black", "white"))
NUMBER = OpenItem("1", "which number from 1 to 9 do you pick, but not 4?", tuple("12356789"))
SPREAD = ("answer_validity", "distinct_16", "collision_probability", "vendi_2")


def measured(item, answers, *, ended=True):
    record = replace(open_answer(item), answers=tuple(answers), ended=(ended,) * SAMPLES)
    return {m.metric: fmean(unit_rows(m, [item], [record])) for m in PROBE.measures if m.metric in SPREAD}


def is_valid(item, text):
    result = measured(item, [text] * SAMPLES)["answer_validity"]
    assert result in {0, 1}
    return result == 1


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (COLOUR, "black"), (COLOUR, "Black."), (COLOUR, "i pick black"), (COLOUR, "black, black it is"),
        (COLOUR, "blàck"), (NUMBER, "7"), (NUMBER, "i pick 7."),
    ],
)  # fmt: skip
def test_an_answer_that_names_one_valid_value_alone_is_valid(item, text):
    assert is_valid(item, text)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (COLOUR, ""), (COLOUR, "red"), (COLOUR, "red or blue"), (COLOUR, "blue or green"), (COLOUR, "blue. no, green"),
        (COLOUR, "blue, not red"), (COLOUR, "blue and pink"), (COLOUR, "a colour"), (COLOUR, "blue neerg"),
        (COLOUR, "blue, потому что небо"), (NUMBER, "4"), (NUMBER, "7 or 8"), (NUMBER, "7 or 12"), (NUMBER, "77"),
    ],
)  # fmt: skip
def test_an_answer_that_names_none_or_another_value_of_its_kind_is_not(item, text):
    assert not is_valid(item, text)


@pytest.mark.parametrize("name", ["diversity.open_answer", "diversity.listed_answers"])
def test_each_value_of_an_items_set_is_valid_alone_and_no_two_together(name):
    for item in items_of(name, 30):
        assert all(is_valid(item, value) for value in item.valid)
        assert not any(is_valid(item, f"{value} or {item.valid[place - 1]}") for place, value in enumerate(item.valid))


@given(st.integers(0, SAMPLES))
def test_each_answer_that_names_a_second_value_costs_its_share(changed):
    answers = ["blue or green"] * changed + ["blue"] * (SAMPLES - changed)
    assert measured(COLOUR, answers)["answer_validity"] == pytest.approx(1 - changed / SAMPLES)


def test_hedging_is_no_variety():
    pairs = [f"blue or {value}" for value in COLOUR.valid[1:]] * 4
    assert measured(COLOUR, pairs) == measured(COLOUR, [""] * SAMPLES)


def test_an_answer_that_does_not_end_is_not_valid_and_no_variety():
    answers = [COLOUR.valid[k % 5] for k in range(SAMPLES)]
    assert measured(COLOUR, answers)["answer_validity"] == 1
    assert measured(COLOUR, answers, ended=False) == measured(COLOUR, [""] * SAMPLES)


@pytest.mark.parametrize(("answers", "ended"), [(15, 16), (16, 15), (17, 17)])
def test_a_record_has_sixteen_answers_and_their_ends(answers, ended):
    able = msgspec.to_builtins(open_answer(COLOUR))
    with pytest.raises(msgspec.ValidationError, match="are not 16"):
        msgspec.convert(able | {"answers": ["blue"] * answers, "ended": [True] * ended}, PROBE.record)


@pytest.mark.parametrize(("valid", "passes"), [(9, True), (7, False)])
def test_a_model_whose_answers_are_mostly_not_valid_is_not_measured(valid, passes):
    items = items_of(PROBE.id, 5)
    records = [
        replace(open_answer(item), answers=(item.valid[0],) * valid + ("",) * (SAMPLES - valid)) for item in items
    ]
    (check,) = checks(find_probe(PROBE.id), items, {"student": records})
    assert (check.check, check.passed) == ("answer_validity", passes)
