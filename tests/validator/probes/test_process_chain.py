import math
import re
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validator.probes.able import whole

from dls.measuring.measure import unit_rows
from dls.probes.process_chain import PROBE, ChainRecord, slip
from dls.probes.shared.chains import ChainItem, read_trace, steps, trace

ITEM = ChainItem("0", "what is 34 + 5 - 8 step by step?", 34, (5, -8))
ITEMS = PROBE.items(1, 100)
ROWS = {m.metric: partial(unit_rows, m) for m in PROBE.measures}
numbers = st.integers(10, 99)


def reading(valid, log_odds, own="", gap=1.0):
    """Return the records of a model that ranks a share of the steps first and loses these log-odds by a slip."""
    return [
        ChainRecord(
            item.id, tuple(k < valid for k in range(3)), -0.5, -0.5 - log_odds, whole(own), 0.9, (1.0, gap, 1.0)
        )
        for item in ITEMS
    ]


def values(records):
    return {name: fmean(rows(ITEMS, records)) for name, rows in ROWS.items()}


def test_a_trace_is_written_as_it_is_taught():
    assert trace(34, (5, -8)) == "34 + 5 = 39; 39 - 8 = 31; answer 31"


@settings(deadline=None)
@given(numbers, st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=5), st.integers(-2, 2).filter(bool))
def test_a_slip_makes_one_step_wrong_and_moves_everything_after_it(start, terms, off):
    place = len(terms) // 2
    wrong = [eval(step.replace("=", "-")) for step in steps(start, tuple(terms), (place, off))]  # noqa: S307
    assert wrong == [-off if k == place else 0 for k in range(len(terms))]


def test_a_slip_stays_within_the_numbers_of_the_task():
    results = [int(step.split()[-1]) for item in ITEMS for step in steps(item.start, item.terms, slip(item))]
    assert min(results) >= 10
    assert max(results) <= 99


def test_slips_meet_every_step():
    assert {slip(item)[0] for item in ITEMS} == {0, 1, 2}


@settings(deadline=None)
@given(st.integers(0, 2), st.floats(-5, 5))
def test_reading_one_step_more_moves_step_validity_by_its_share(valid, log_odds):
    before, after = (values(reading(count, log_odds))["step_validity"] for count in (valid, valid + 1))
    assert after - before == pytest.approx(1 / 3, abs=1e-4)


@settings(deadline=None)
@given(st.floats(-8, 8), st.floats(0.01, 4))
def test_depending_more_on_the_steps_raises_the_sensitivity(log_odds, more):
    before, after = (values(reading(3, value))["corruption_sensitivity"] for value in (log_odds, log_odds + more))
    assert after >= before
    assert before == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-4)


def test_the_log_odds_are_the_nats_that_a_slip_costs():
    assert values(reading(3, 1.75))["corruption_log_odds"] == pytest.approx(1.75)


def test_a_step_whose_first_choice_noise_could_turn_is_a_near_tie():
    near_ties = next(m.near_ties for m in PROBE.measures if m.metric == "step_validity")
    assert [near_ties(ITEMS, reading(3, 1.0, gap=gap)) for gap in (0.0, 1.9e-4, 2.1e-4)] == [100, 100, 0]


def test_an_answer_that_ignores_the_steps_is_at_chance():
    assert values(reading(3, 0.0))["corruption_sensitivity"] == 0.5


OWN = {
    "the reference": ("34 + 5 = 39; 39 - 8 = 31; answer 31", (True, True), 31, 31),
    "a wrong result, carried on": ("34 + 5 = 38; 38 - 8 = 30; answer 30", (False, True), 30, 30),
    "right answer from nothing": ("answer 31", (), None, 31),
    "right answer by wrong steps": ("34 + 5 = 40; 40 - 8 = 31; answer 31", (False, False), 31, 31),
    "another chain's step": ("34 + 5 = 39; 39 + 8 = 47; answer 47", (True, False), 47, 47),
    "an unreadable step": ("34 + 5 = 39; so minus eight; answer 31", (True, None), None, 31),
    "an answer of its own": ("34 + 5 = 39; 39 - 8 = 31; answer 33", (True, True), 31, 33),
    "no answer": ("34 + 5 = 39; 39 - 8 = 31", (True, True), 31, None),
    "words": ("that is thirty one", (None,), None, None),
    "nothing": ("", (), None, None),
    "a step too many": ("34 + 5 = 39; 39 - 8 = 31; 31 + 1 = 32; answer 32", (True, True, False), 32, 32),
}


@pytest.mark.parametrize("text", OWN)
def test_an_own_trace_is_read_step_by_step(text):
    text_of_trace, valid, last, answer = OWN[text]
    assert read_trace(ITEM, text_of_trace) == (valid, last, answer)


def own(text, *, ended=True):
    """Return the metrics of a model that writes this for ITEM."""
    records = [ChainRecord("0", (True, True), -0.1, -0.2, whole(text, ended=ended), 0.9, (1.0, 1.0))]
    return {name: fmean(rows([ITEM], records)) for name, rows in ROWS.items()}


def test_a_right_answer_by_a_wrong_process_is_counted():
    rates = {name: own(OWN[name][0])["right_answer_wrong_process"] for name in OWN}
    assert {name for name, rate in rates.items() if rate} == {
        "right answer from nothing",
        "right answer by wrong steps",
        "an unreadable step",
    }


def test_what_cannot_be_read_counts_as_a_failure():
    for name in ("words", "nothing"):
        result = own(OWN[name][0])
        assert [
            result[metric] for metric in ("own_trace_step_validity", "trace_answer_consistency", "trace_parse_rate")
        ] == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("34 + 5 = 39; 39 - 8 = 31; answer 31", 1), ("34 - 5 = 1", 1), ("first, 34+5 = 39", 1), ("34 + 5 - 8 = 3", 1),
        ("134 + 5 = 139", 0), ("1 + 1 = 2; answer 2", 0), (ITEM.question, 0), ("39 - 8 = 31; answer 31", 0), ("", 0),
    ],
)  # fmt: skip
def test_a_trace_counts_as_begun_where_it_works_something_out_from_the_first_number_on(text, begun):
    records = [ChainRecord("0", (True, True), -0.1, -0.2, whole(text), 0.9, (1.0, 1.0))]
    result = {check.check: check.value([ITEM], records) for check in PROBE.checks}
    assert result == {"answer_confidence": 0.9, "begins_the_chain": begun}


def test_an_own_trace_is_as_valid_as_its_steps():
    assert own(OWN["a wrong result, carried on"][0])["own_trace_step_validity"] == 0.5
    assert own(OWN["the reference"][0])["own_trace_step_validity"] == 1


WRITTEN = (
    "34 + 5 = 39; 39 - 8 = 31; answer 31",
    "34 + 5 = 39\n39 - 8 = 31\nThe answer is 31.",
    "34+5=39; 39-8=31; answer: 31.",
)
AFTER_ITS_ANSWER = ("; no, answer 33", ". no, 33", "; answer 33", "; answer 31", " or 33", "; 31 + 1 = 32", "; so")


@pytest.mark.parametrize("text", WRITTEN)
def test_a_trace_is_written_whole_with_its_steps_its_answer_and_its_end(text):
    assert own(text)["trace_written"] == 1
    assert own(text, ended=False)["trace_written"] == 0


def test_a_trace_that_lacks_anything_is_not_written_whole():
    assert {name for name, (text, *_) in OWN.items() if own(text)["trace_written"]} == {"the reference"}


@pytest.mark.parametrize("more", AFTER_ITS_ANSWER)
def test_a_trace_that_goes_on_after_its_answer_is_not_written_whole(more):
    assert own(WRITTEN[0] + more)["trace_written"] == 0


@given(st.sampled_from(ITEMS), st.integers(0, 2), st.integers(-9, 9).filter(bool))
def test_a_wrong_step_breaks_a_trace_also_before_the_right_answer(item, place, off):
    written = next(rows for name, rows in ROWS.items() if name == "trace_written")
    lines = steps(item.start, item.terms)
    left, _, result = lines[place].rpartition(" ")
    wrong = [*lines[:place], f"{left} {int(result) + off}", *lines[place + 1 :]]
    texts = ["; ".join([*trace_of, f"answer {item.values()[-1]}"]) for trace_of in (lines, wrong, lines[1:])]
    records = [ChainRecord(item.id, (True,) * 3, -0.1, -0.2, whole(text), 0.9, (1.0,) * 3) for text in texts]
    assert written([item] * 3, records) == [1, 0, 0]


@pytest.mark.parametrize("gap", [0.0, 1.9e-4, 2.1e-4])
def test_a_trace_that_noise_could_turn_is_a_near_tie(gap):
    near_ties = next(m.near_ties for m in PROBE.measures if m.metric == "trace_written")
    records = [ChainRecord("0", (True, True), -0.1, -0.2, whole("", gap=gap), 0.9, (1.0, 1.0))]
    assert near_ties([ITEM], records) == (gap < 2e-4)


def test_no_text_however_odd_breaks_the_reader():
    for text in ("; ; ;", "answer", "answer 31 ; answer 31", "34 + 5 = " + "9" * 50, "\n\n", "= = ="):
        assert len(read_trace(ITEM, text).valid) <= len(re.split(r"[;\n]", text))
