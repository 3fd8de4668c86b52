"""Numbers are compared at the registry's precision, however they are printed; an interval is never narrower."""

import json

import pytest

from dls.model import Claim, Loss, Measured, PrintedInterval, Reading
from dls.standard.registry import metric
from dls.verifying.comparison import Verdict, differences, sentence

MEASUREMENT = Measured(
    metric="brier_top_label",
    teacher=Reading(value=0.0512),
    student=Reading(value=0.1234, interval=PrintedInterval(low=0.1, high=0.15, level=0.9, method="bca", n_units=50)),
    loss=Loss(value=0.0722),
)


def printed_claim(student: str, low: str = "0.1", high: str = "0.15"):
    """Return a claim with these printed numbers."""
    interval = f'{{"low": {low}, "high": {high}, "level": 0.9, "method": "bca", "n_units": 50}}'
    return Claim(
        id="c", dimension="uncertainty", metric="brier_top_label", comparator="teacher", targets=(), outcome="reported",
        evidence=(), teacher=Reading(value=0.0512), loss=Loss(value=0.0722),
        student=Reading(value=float(student), interval=PrintedInterval(**json.loads(interval))),
    )  # fmt: skip


def problems(*numbers: str):
    """Return the differences of a claim with some printed numbers."""
    return list(differences(printed_claim(*numbers), MEASUREMENT, metric(MEASUREMENT.metric)))


@pytest.mark.parametrize("student", ["0.1234", "0.12340", "0.1235", "0.1233", "1.234e-1"])
def test_a_value_within_a_unit_of_the_registry_is_the_same(student):
    assert problems(student) == []


@pytest.mark.parametrize("student", ["0.1236", "0.123", "0.12", "0.1", "1.2e-1", "0e1", "0.124", "0.2", "0.12300"])
def test_a_value_that_does_not_is_named_with_both_numbers(student):
    assert problems(student) == [f"student {float(student)} is 0.1234 when made again"]


@pytest.mark.parametrize(
    ("low", "high", "end"),
    [
        ("0.1", "0.15", None),
        ("0.0999", "0.1501", None),
        ("0.09", "0.15", "low"),  # rounded outward to two decimals
        ("0.1001", "0.15", "low"),
        ("0.1", "0.1499", "high"),
        ("0.1", "0.17", "high"),
        ("0.0800", "0.15", "low"),
        ("0.0998", "0.15", "low"),
    ],
)
def test_an_end_may_lie_one_unit_further_out_and_never_further_in(low, high, end):
    assert [problem.split()[1] for problem in problems("0.1234", low, high)] == ([] if end is None else [end])


def test_verdicts_are_ordered_from_the_worst():
    assert list(Verdict) == ["refuted", "borderline", "not_verifiable", "confirmed"]


def test_problems_become_one_sentence():
    assert sentence(["a", "b"], "good") == "a; b"
    assert sentence([], "good") == "good"
