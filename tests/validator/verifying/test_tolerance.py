"""A second run is compared by its metric's class: exactly, numerically, at a threshold, or by chance."""

import math

import pytest
from scipy.stats import norm

from dls.model import PrintedInterval, Reading
from dls.standard.registry import load_registry, metric
from dls.verifying.tolerance import BORDERLINE, REFUTED, NumberPair, compare_numbers, tolerance_class


def numbers(first, second, *, width=0.0, n=None, ties=0, rounding=1e-4):
    """Two readings of one part; ``width`` is the half width of both 90 % intervals."""

    def reading(value):
        ends = PrintedInterval(low=value - width, high=value + width, level=0.9, method="m") if width else None
        return Reading(value=value, n=n, interval=ends)

    return NumberPair("student", reading(first), reading(second), rounding, ties)


def of_class(name):
    return next(m for m in load_registry().metrics.values() if m.tolerance == name)


@pytest.mark.parametrize("name", sorted({m.tolerance for m in load_registry().metrics.values()}))
def test_fresh_items_make_every_class_a_matter_of_chance(name):
    assert tolerance_class(of_class(name), "fresh_items") == "fresh_items"
    assert tolerance_class(of_class(name), "same_items") == name


@pytest.mark.parametrize("value", [0.0123, 0.5, 12.0])
def test_a_numeric_value_may_move_by_a_thousandth(value):
    brier = metric("brier_top_label")
    assert brier.tolerance == "numeric"
    tolerance = max(1e-4, 1e-3 * value) + 1e-4
    assert compare_numbers(brier, numbers(value, value + 0.99 * tolerance), "same_items").within
    assert not compare_numbers(brier, numbers(value, value + 1.01 * tolerance), "same_items").within


def test_a_thresholded_share_may_move_by_its_near_ties():
    accuracy = metric("accuracy")
    assert accuracy.tolerance == "threshold"
    pair = numbers(0.930, 0.932, n=1000, ties=2)
    assert compare_numbers(accuracy, pair, "same_items").within
    assert not compare_numbers(accuracy, pair._replace(near_ties=1), "same_items").within


@pytest.mark.parametrize("difference", [0.0, 0.01, 0.02, 0.05])
def test_under_fresh_items_p_is_that_of_two_independent_estimates(difference):
    width = 0.02
    agreement = compare_numbers(
        metric("accuracy"), numbers(0.9, 0.9 - difference, width=width, rounding=0.0), "fresh_items"
    )
    error = width / norm.ppf(0.95) * math.sqrt(2)
    assert agreement.p == pytest.approx(2 * norm.sf(difference / error))
    assert agreement.within == (agreement.p >= BORDERLINE)


def test_what_is_allowed_by_chance_is_where_it_would_be_refuted():
    agreement = compare_numbers(metric("accuracy"), numbers(0.9, 0.85, width=0.02), "fresh_items")
    at_the_edge = compare_numbers(
        metric("accuracy"), numbers(0.9, 0.9 - agreement.tolerance, width=0.02), "fresh_items"
    )
    assert at_the_edge.p == pytest.approx(REFUTED)


def test_a_claimed_interval_that_is_too_wide_grants_no_tolerance():
    wide, narrow = (PrintedInterval(low=low, high=high, level=0.9, method="m") for low, high in ((-9, 9), (0.08, 0.12)))
    claim, again = Reading(value=0.0, interval=wide), Reading(value=0.1, interval=narrow)
    agreement = compare_numbers(metric("accuracy"), NumberPair("loss", claim, again, 1e-4), "fresh_items")
    assert agreement.p is not None
    assert agreement.p < REFUTED
    assert agreement.smallest_forgery(1) < 0.1


def test_rounding_alone_is_no_difference():
    agreement = compare_numbers(metric("accuracy"), numbers(0.9, 0.9005, width=0.02, rounding=0.001), "fresh_items")
    assert agreement.p == 1.0


def test_a_metric_that_fresh_items_cannot_move_has_no_p_value():
    agreement = compare_numbers(metric("accuracy"), numbers(1.0, 1.0), "fresh_items")
    assert (agreement.p, agreement.within) == (None, True)
    assert not compare_numbers(metric("accuracy"), numbers(1.0, 0.5), "fresh_items").within


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_the_error_behind_an_interval_does_not_depend_on_its_level(level):
    error = 0.01
    ends = [norm.interval(level, loc=value, scale=error) for value in (0.5, 0.53)]
    first, second = (
        Reading(value=v, interval=PrintedInterval(low=e[0], high=e[1], level=level, method="m"))
        for v, e in zip((0.5, 0.53), ends, strict=True)
    )
    agreement = compare_numbers(metric("accuracy"), NumberPair("student", first, second, 0.0), "fresh_items")
    assert agreement.p == pytest.approx(2 * norm.sf(0.03 / (error * math.sqrt(2))))


def test_an_exact_number_moves_not_at_all():
    exact = [m for m in load_registry().metrics.values() if m.tolerance == "exact"]
    for entry in exact:
        assert not compare_numbers(entry, numbers(0.5, 0.5 + 1e-12), "same_items").within
        assert compare_numbers(entry, numbers(0.5, 0.5), "same_items").within


def test_a_skewed_interval_errs_on_its_longer_side():
    """The published value is at the low end of its interval; an honest second run lies above it."""

    def reading(value, low, high):
        return Reading(value=value, interval=PrintedInterval(low=low, high=high, level=0.9, method="bca"))

    low, high = reading(0.001, 0.0, 0.009), reading(0.008, 0.005, 0.011)
    above = compare_numbers(metric("ece_debiased_squared"), NumberPair("student", low, high, 0.0), "fresh_items")
    z = norm.ppf(0.95)
    assert above.spread == pytest.approx(math.hypot(0.008 / z, 0.003 / z))
