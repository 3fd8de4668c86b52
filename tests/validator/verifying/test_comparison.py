"""Numbers are compared at the claim's own printed precision; an interval may be wider, never narrower."""

import json

import pytest

from dls.document.reader import parse
from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.verifying.comparison import Verdict, differences, sentence

AGAIN = Measured(
    metric="brier_top_label",
    teacher=Reading(value=0.0512),
    student=Reading(value=0.1234, interval=PrintedInterval(low=0.1, high=0.15, level=0.9, method="bca", n_units=50)),
    loss=Loss(value=0.0722),
)


def claim(student: str, low: str = "0.1", high: str = "0.15"):
    """Return the document of one claim, its numbers printed as given, and the claim."""
    interval = f'{{"low": {low}, "high": {high}, "level": 0.9, "method": "bca", "n_units": 50}}'
    text = f'{{"teacher": {{"value": 0.0512}}, "student": {{"value": {student}, "interval": {interval}}}, "loss": {{"value": 0.0722}}}}'
    told = json.loads(text)
    read = Claim(
        id="c", dimension="uncertainty", metric="brier_top_label", comparator="teacher", targets=(), outcome="reported",
        evidence=(), teacher=Reading(value=0.0512), loss=Loss(value=0.0722),
        student=Reading(value=told["student"]["value"], interval=PrintedInterval(**told["student"]["interval"])),
    )  # fmt: skip
    return parse(text.encode(), "claim"), read


@pytest.mark.parametrize("printed", ["0.1234", "0.123", "0.12", "0.1", "0.12340", "0.1235", "1.2e-1"])
def test_a_value_that_rounds_to_the_number_made_again_is_the_same(printed):
    assert list(differences(claim(printed)[0], "", claim(printed)[1], AGAIN)) == []


@pytest.mark.parametrize("printed", ["0.1236", "0.124", "0.122", "0.13", "0.2", "0.12350", "0.12300"])
def test_a_value_that_does_not_is_named_with_both_numbers(printed):
    (found,) = differences(claim(printed)[0], "", claim(printed)[1], AGAIN)
    assert found == f"student {float(printed)} is 0.1234 when made again"


@pytest.mark.parametrize(
    ("low", "high", "named"),
    [
        ("0.1", "0.15", None),
        ("0.0999", "0.1501", None),
        ("0.09", "0.16", None),  # rounded outward to two decimals
        ("0.1001", "0.15", "low"),
        ("0.1", "0.1499", "high"),
        ("0.1", "0.17", "high"),
        ("0.0800", "0.15", "low"),
        ("0.0998", "0.15", "low"),
    ],
)
def test_an_end_may_lie_one_unit_further_out_and_never_further_in(low, high, named):
    found = list(differences(*(made := claim("0.1234", low, high))[:1], "", made[1], AGAIN))
    assert [one.split()[1] for one in found] == ([] if named is None else [named])


def test_verdicts_are_ordered_from_the_worst():
    assert list(Verdict) == ["refuted", "borderline", "not_verifiable", "confirmed"]


def test_problems_become_one_sentence():
    assert sentence(["a", "b"], "good") == "a; b"
    assert sentence([], "good") == "good"
