import math
from collections import Counter
from statistics import fmean

import pytest
from msgspec.structs import replace
from tests.validator.probes.able import judged, spread

from dls.measuring.measure import checks, measured_metrics
from dls.probes import uncertainty_listed_draws, uncertainty_lottery
from dls.probes.uncertainty_lottery import BALLS, LotteryRecord
from dls.standard.registry import metric

BOTH = (uncertainty_lottery.PROBE, uncertainty_listed_draws.PROBE)
ITEMS = {probe: probe.items(1, 100) for probe in BOTH}
both_probes = pytest.mark.parametrize("probe", BOTH, ids=lambda probe: probe.id)


def error(probe, spread, items=()):
    """Return the error of a model that gives the colours of a bag with odds p and 1 − p these probabilities."""
    items = items or ITEMS[probe]
    records = [LotteryRecord(item.id, tuple(math.log(x) for x in spread(item.counts[0] / BALLS))) for item in items]
    (result,) = measured_metrics(probe, items, {"student": records})
    return result.student.value


def leaning(power, shift=0.0):
    """Return a spread whose log-odds are a bag's own times a power, and some nats more for the first colour."""

    def spread(p):
        first = 1 / (1 + ((1 - p) / p) ** power * math.exp(-shift))
        return first, 1 - first

    return spread


@both_probes
def test_the_odds_of_the_bag_have_no_error(probe):
    assert error(probe, lambda p: (p, 1 - p)) == 0


@both_probes
def test_what_goes_to_other_answers_is_error(probe):
    assert error(probe, lambda p: (0.8 * p, 0.8 * (1 - p))) == pytest.approx(0.2)


@both_probes
def test_error_is_half_of_the_gaps(probe):
    mean = fmean(abs(item.counts[0] / BALLS - 0.5) for item in ITEMS[probe])
    assert error(probe, lambda _: (0.5, 0.5)) == pytest.approx(mean, abs=1e-4)


@both_probes
def test_always_naming_the_likelier_colour_is_worse_than_the_odds(probe):
    assert error(probe, lambda p: (0.999, 0.001) if p > 0.5 else (0.001, 0.999)) > 0.2


@both_probes
def test_the_more_a_spread_is_sharpened_or_flattened_the_larger_its_error(probe):
    sharper = [error(probe, leaning(power)) for power in (1, 1.5, 3, 10)]
    flatter = [error(probe, leaning(power)) for power in (1, 0.5, 0.2, 0)]
    assert sharper == sorted(set(sharper))
    assert flatter == sorted(set(flatter))


@both_probes
def test_favouring_one_colour_is_an_error_whatever_the_odds(probe):
    favoured = [error(probe, leaning(1, shift)) for shift in (0, 0.5, 1, 3)]
    assert favoured == sorted(set(favoured))


@both_probes
def test_the_registrys_chance_is_the_error_of_the_best_spread_that_is_always_the_same(probe):
    items = probe.items(1, 2_000)
    less, even, extra = (error(probe, lambda _, share=share: (share, 1 - share), items) for share in (0.4, 0.5, 0.6))
    assert even < min(less, extra)  # the error is convex in the share
    assert metric("known_probability_error").chance_on(probe.id, None) == pytest.approx(even, abs=0.01)


@both_probes
def test_a_model_that_names_no_colour_of_the_bag_does_not_pass_the_check(probe):
    (check,) = checks(probe, ITEMS[probe], {"student": [probe.failed(item) for item in ITEMS[probe]]})
    assert not check.passed


def bets(item):
    """Return who is nearly sure of the likelier colour."""
    first, second = item.counts
    return replace(spread(item), logprobs=(-0.01, -4.6) if first > second else (-4.6, -0.01))


def sharpened(item):
    first, second = (count**3 for count in item.counts)
    return replace(spread(item), logprobs=tuple(math.log(count / (first + second)) for count in (first, second)))


LOST = {
    "bets on the likelier colour": bets,
    "is three times as sure": sharpened,
    "spreads evenly over every bag": lambda item: replace(spread(item), logprobs=(-0.7, -0.7)),
    "takes one colour for the other": lambda item: replace(spread(item), logprobs=spread(item).logprobs[::-1]),
    "says anything": lambda item: replace(spread(item), logprobs=(-9.0, -9.0)),
}


@pytest.mark.parametrize("loss", LOST)
def test_who_does_not_spread_as_the_balls_do_is_not_preserved(loss):
    result, failed = judged("uncertainty.listed_draws", LOST[loss])
    assert failed or [entry.outcome for entry in result] == ["lost"]


def test_listed_balls_are_as_many_as_their_counts_say_and_two_colours_stand_in_every_list():
    for item in ITEMS[uncertainty_listed_draws.PROBE]:
        check = Counter(item.question.replace(",", " ").replace("?", " ").split())
        assert tuple(check[colour] for colour in item.colours) == item.counts
        assert set(item.colours) == set(uncertainty_listed_draws.COLOURS)
        assert sum(item.counts) == BALLS


@pytest.mark.parametrize("place", [0, BALLS - 1])
def test_a_ball_at_either_end_of_a_list_has_each_colour_as_often_as_the_bag(place):
    def ends(item):
        words = item.question.replace(",", " ").replace("?", " ").split()
        balls = [word for word in words if word in uncertainty_listed_draws.COLOURS]
        return balls[place] == item.colours[0]

    items = uncertainty_listed_draws.items(1, 2_000)
    for first in range(1, BALLS):
        shares = [ends(item) for item in items if item.counts[0] == first]
        assert fmean(shares) == pytest.approx(first / BALLS, abs=0.12)
