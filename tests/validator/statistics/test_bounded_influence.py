"""The contributions of items to a statistic of confidence, and the interval from them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulations import influences
from simulations.pairs import AWKWARD, PAIRS, Arm

from dls.errors import DlsError
from dls.measuring.sample import Sample
from dls.metrics import calibration, selective
from dls.metrics.formulas import CONTRIBUTIONS, contributions_of
from dls.standard.registry import metric
from dls.statistics import power
from dls.statistics.bounded_influence import bounded_influence_interval, reach

NAMES = [name for name, _ in CONTRIBUTIONS]
FUNCTIONS = {
    "aurc": selective.aurc,
    "augrc": selective.augrc,
    "error_auroc": selective.error_auroc,
    "ece_debiased_squared": calibration.ece_debiased_squared,
}
ALL_PAIRS = PAIRS + AWKWARD


def answers(seed, n, levels=10**9):
    """Confidence and correctness of n items; few levels make many ties."""
    random = np.random.default_rng(seed)
    confidence = random.integers(1, levels + 1, n) / levels
    return confidence, (random.random(n) < confidence).astype(float)


def _loss_reach(name, teacher, student):
    """The simulation's reach of the loss, oriented by the registry."""
    arms = influences.reach(name, teacher), influences.reach(name, student)
    return influences.minus(*(arms if name in influences.HIGHER else arms[::-1]))


def loss(name, teacher, student):
    """The package's interval of the loss, from two models' rows."""
    samples = [Sample(metric(name), np.column_stack(arm), "item", "key") for arm in (teacher, student)]
    return samples[0].loss_interval(samples[1])


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from([1, 3, 20, 10**9]))
@settings(max_examples=60, deadline=None)
def test_the_mean_of_the_contributions_is_the_metric(name, seed, n, levels):
    arm = answers(seed, n, levels)
    assert contributions_of(name).lower(*arm).mean() == pytest.approx(FUNCTIONS[name](*arm), abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("levels", [12, 10**9])
def test_a_contribution_is_the_change_by_one_more_such_item(name, levels):
    confidence, correct = (np.tile(column, 400) for column in answers(2, 30, levels))
    contributions, base = contributions_of(name).lower(confidence, correct), FUNCTIONS[name](confidence, correct)
    for item in range(30):
        extended = FUNCTIONS[name](np.append(confidence, confidence[item]), np.append(correct, correct[item]))
        assert contributions[item] == pytest.approx(base + (confidence.size + 1) * (extended - base), abs=2e-3)


def test_a_bin_of_one_item_counts_only_for_the_higher_end():
    confidence, correct = np.array([0.95, 0.96, 0.97, 0.5]), np.array([1.0, 1.0, 0.0, 0.0])
    ends = contributions_of("ece_debiased_squared")
    higher, lower = ends.higher(confidence, correct).mean(), ends.lower(confidence, correct).mean()
    assert higher - lower == pytest.approx(0.5**2 / 4)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pair", [pair for _, pair in ALL_PAIRS], ids=[name for name, _ in ALL_PAIRS])
def test_the_simulation_has_the_packages_contributions(name, pair):
    for arm in pair(np.random.default_rng(6), 250):
        simulation = influences.reach(name, Arm(*(row[np.newaxis] for row in arm)))
        package = reach(contributions_of(name), *arm)
        assert simulation.highest[0] == pytest.approx(package.highest, abs=1e-9)
        assert simulation.lowest[0] == pytest.approx(package.lowest, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_the_simulation_judges_as_the_interval_does(name):
    arms = ALL_PAIRS[0][1](np.random.default_rng(8), 12 * 200)
    teacher, student = (Arm(*(row.reshape(12, 200) for row in arm)) for arm in arms)
    losses = _loss_reach(name, teacher, student)
    intervals = [loss(name, *(Arm(*(row[i] for row in arm)) for arm in (teacher, student))) for i in range(12)]
    for truth in np.quantile([[interval.low, interval.high] for interval in intervals], [0.1, 0.3, 0.5, 0.7, 0.9]):
        counts = [
            sum(interval.high <= truth for interval in intervals),
            sum(interval.low >= truth for interval in intervals),
        ]
        assert influences.error_counts(losses, truth).tolist() == counts


@pytest.mark.parametrize("name", NAMES)
def test_the_limit_is_the_quantile_of_the_dirichlet_mean(name):
    contributions = reach(contributions_of(name), *answers(3, 120)).highest
    weights = np.random.default_rng(4).exponential(size=(40_000, contributions.size))
    means = weights @ contributions / weights.sum(axis=1)
    high = bounded_influence_interval(reach(contributions_of(name), *answers(3, 120)), 0.0, (-9, 9)).high
    assert (means <= high).mean() == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / 40_000))


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 10**6), st.integers(1, 40), st.sampled_from([1, 4, 10**9]), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_every_interval_contains_its_value_and_stays_in_the_metrics_range(name, seed, n, levels, skill):
    confidence, correct = answers(seed, n, levels)
    sample = Sample(metric(name), np.column_stack([confidence, np.minimum(correct, confidence < skill)]), "item", "key")
    interval, entry = sample.interval(), metric(name)
    assert entry.low <= interval.low <= sample.value() <= interval.high <= entry.high


def test_where_nothing_is_right_nothing_can_be_worse():
    sample = Sample(metric("aurc"), np.column_stack([np.full(23, 0.5), np.zeros(23)]), "item", "key")
    assert sample.interval().low < sample.interval().high == 1


def test_two_models_without_an_error_may_still_differ_by_a_certain_one():
    flawless = np.linspace(0.5, 1, 500), np.ones(500)
    interval = loss("aurc", flawless, flawless)
    # One certain error in 501 answers is among the answers at every threshold: H(501) / 501.
    assert interval.high > sum(1 / i for i in range(1, 502)) / 501
    assert interval.low == pytest.approx(-interval.high)


def test_the_ranking_of_errors_is_unknown_for_a_model_without_one():
    flawless = np.linspace(0.5, 1, 500), np.ones(500)
    assert loss("error_auroc", flawless, flawless)[:2] == (-1, 1)


def test_a_metric_without_contributions_is_refused():
    with pytest.raises(DlsError, match="its interval has another method"):
        contributions_of("e_aurc")


def _equal_models(random, size):
    """Two calibrated models without a difference: for each item a coin decides which answer is whose."""
    teacher, student = dict(ALL_PAIRS)["two calibrated models"](random, size)
    swaps = random.random(size) < 0.5
    pairs = [[np.where(swaps, b, a), np.where(swaps, a, b)] for a, b in zip(teacher, student, strict=True)]
    return (Arm(*(columns[i].reshape(-1, 1500) for columns in pairs)) for i in (0, 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_student_without_loss_is_preserved_about_as_often_as_planned(name):
    teacher, student = _equal_models(np.random.default_rng(1), 300 * 1500)
    losses = _loss_reach(name, teacher, student)
    sd = float(losses.highest[:, :-1].std(axis=1).mean())
    distance = power.reach_of_influence(name, 1500, float(1 - teacher.correct.mean()))
    margin = power.smallest_loss_of_mean(sd, 1500, distance)
    assert power.POWER - 0.07 <= influences.error_counts(losses, margin)[0] / 300 <= power.POWER + 0.1
