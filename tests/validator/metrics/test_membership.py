"""The privacy loss that right guesses about canaries prove, against scipy's binomial tail and published numbers."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom

from dls.metrics.membership import epsilon_bound, one_run_epsilon


@pytest.mark.parametrize(("guesses", "right"), [(50, 50), (200, 120), (200, 160), (1000, 550), (1000, 999)])
def test_at_the_bound_so_many_right_guesses_are_luck_in_one_run_of_twenty(guesses, right):
    (bound,) = epsilon_bound(np.array([right]), np.array([guesses]))
    assert binom.sf(right - 1, guesses, expit(bound)) == pytest.approx(0.05)


@pytest.mark.parametrize(("guesses", "right", "bound"), [(200, 120, 0.16), (200, 160, 1.09), (1000, 550, 0.09)])
def test_the_bound_has_the_values_of_the_published_table(guesses, right, bound):
    assert epsilon_bound(np.array([right]), np.array([guesses])) == pytest.approx([bound], abs=0.01)


@pytest.mark.parametrize(("guesses", "right"), [(0, 0), (1, 0), (1, 1), (200, 100), (200, 40)])
def test_guesses_that_are_no_better_than_a_coin_prove_nothing(guesses, right):
    assert epsilon_bound(np.array([right]), np.array([guesses])) == 0


def test_a_model_without_memory_exceeds_zero_in_one_run_of_twenty():
    random = np.random.default_rng(5)
    score = np.arange(400)
    alarms = [one_run_epsilon(score, random.integers(0, 2, 400)) > 0 for _ in range(2000)]
    assert 0.02 < np.mean(alarms) < 0.06


def test_canaries_at_the_median_are_not_guessed():
    score, planted = np.array([9.0, 5, 5, 5, 5, 1]), np.array([1.0, 1, 0, 1, 0, 0])
    assert one_run_epsilon(score, planted) == epsilon_bound(np.array([2]), np.array([2]))[0]


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_knowing_all_canaries_or_none_by_heart_proves_nothing(score):
    assert one_run_epsilon(np.full(300, score), np.arange(300) % 2) == 0


def test_more_memory_proves_more():
    planted = np.arange(400) % 2
    noise = np.random.default_rng(1).normal(size=400)
    bounds = [one_run_epsilon(noise + shift * planted, planted) for shift in (0, 1, 2, 20)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(float(epsilon_bound(np.array([400]), np.array([400]))[0]))
