"""Every interval against a second implementation, a closed form, or a brute force."""

import math
from itertools import combinations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from dls.errors import DlsError
from dls.measuring import registered_intervals
from dls.standard.registry import metric
from dls.statistics import bootstrap, marginal, proportion
from dls.statistics.bounded_mean import bounded_mean_interval, mean_at_least_p, units
from dls.statistics.interval import Interval
from dls.statistics.multiplicity import holm
from dls.statistics.paired_proportion import non_inferiority_p, tango, tango_corrected
from dls.statistics.retention import retention_interval
from dls.statistics.rounding import nearest, outward, precision

RANDOM = np.random.default_rng(11)


@st.composite
def pairs(draw):
    """Counts (losses, gains, n) of a paired table."""
    n = draw(st.integers(1, 400))
    losses = draw(st.integers(0, n))
    return losses, draw(st.integers(0, n - losses)), n


# One proportion


@pytest.mark.parametrize(("name", "method"), [("exact", proportion.clopper_pearson), ("wilson", proportion.wilson)])
@pytest.mark.parametrize("n", [1, 7, 100, 1500, 20_000])
def test_the_intervals_of_a_proportion_are_scipys(name, method, n):
    for count in {0, 1, n // 3, n // 2, n - 1, n}:
        interval = method(count, n)
        oracle = scipy.stats.binomtest(count, n).proportion_ci(0.90, name)
        assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0, 1))
def test_the_incomplete_beta_function_is_scipys(a, b, x):
    assert proportion.incomplete_beta(a, b, x) == pytest.approx(scipy.special.betainc(a, b, x), abs=1e-12)


# Paired proportions: the second implementation finds the restricted maximum of the likelihood by brute force.


def _spread_by_brute_force(losses, gains, n, difference):
    rates = np.linspace(max(0.0, -difference), (1 - difference) / 2, 20_001)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [
            np.where(count == 0, 0.0, count * np.log(p))
            for count, p in (
                (losses, rates + difference),
                (gains, rates),
                (n - losses - gains, 1 - 2 * rates - difference),
            )
        ]
    best = rates[np.nanargmax(sum(terms))]
    return math.sqrt(max(0.0, n * (2 * best + difference - difference**2)))


def _tango_by_brute_force(losses, gains, n, continuity):
    def excess(sign):
        def function(difference):
            gap = losses - gains - n * difference + sign * continuity
            return gap + sign * 1.6448536269514722 * _spread_by_brute_force(losses, gains, n, difference)

        return function

    ends = []
    for sign, edge in ((-1, -1.0), (1, 1.0)):
        start = min(1.0, max(-1.0, (losses - gains) / n + sign * 1e-9))
        ends.append(edge if sign * excess(sign)(edge) >= 0 else brentq(excess(sign), start, edge))
    return ends


@pytest.mark.parametrize(
    ("losses", "gains", "n"),
    [(39, 16, 1600), (0, 0, 100), (3, 0, 300), (0, 12, 150), (60, 20, 100), (100, 0, 100), (1, 1, 5)],
)
@pytest.mark.parametrize("continuity", [0.0, 0.5])
def test_tangos_interval_is_that_of_a_brute_force_likelihood(losses, gains, n, continuity):
    interval = tango(losses, gains, n, continuity=continuity)
    assert [interval.low, interval.high] == pytest.approx(_tango_by_brute_force(losses, gains, n, continuity), abs=2e-4)


def test_tangos_own_example():
    # Tango 1998, table II (soft contact lenses): n = 44, 43 agree, 0 losses and 1 gain: (−0.118, 0.059) at 95 %.
    interval = tango(0, 1, 44, level=0.95)
    assert interval.low == pytest.approx(-0.118, abs=1e-3)
    assert interval.high == pytest.approx(0.059, abs=2e-3)


@given(pairs())
def test_the_correction_only_widens(table):
    plain, wide = tango(*table), tango_corrected(*table)
    assert -1 <= wide.low <= plain.low <= plain.high <= wide.high <= 1


@given(pairs())
def test_swapping_the_models_mirrors_the_interval(table):
    losses, gains, n = table
    interval, mirror = tango_corrected(losses, gains, n), tango_corrected(gains, losses, n)
    assert (interval.low, interval.high) == pytest.approx((-mirror.high, -mirror.low))


@given(pairs(), st.floats(-0.9, 0.9))
def test_the_p_value_and_the_interval_agree(table, margin):
    end = tango_corrected(*table).high
    if abs(margin - end) > 1e-6:
        assert (non_inferiority_p(*table, margin) <= 0.05) == (margin > end)


def test_identical_models_still_have_an_interval():
    interval = tango_corrected(0, 0, 1500)
    assert interval.low == -interval.high
    assert 0.001 < interval.high < 0.004


# Bounded means


@pytest.mark.parametrize(("count", "n"), [(0, 1), (1, 1), (2, 5), (0, 100), (3, 100), (100, 100), (1400, 1500)])
def test_for_a_proportion_the_bounded_mean_is_clopper_and_pearson(count, n):
    interval = bounded_mean_interval(units(np.repeat([1.0, 0.0], [count, n - count]), (0, 1)))
    oracle = proportion.clopper_pearson(count, n)
    assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-8)


@pytest.mark.parametrize("n", [20, 100, 1500])
def test_without_variation_it_is_the_rule_of_three(n):
    interval = bounded_mean_interval(units(np.zeros(n), (-1, 1)))
    assert interval.high == pytest.approx(1 - 0.05 ** (1 / n))
    assert interval.low == pytest.approx(-interval.high)


@pytest.mark.parametrize(
    "values",
    [RANDOM.normal(0, 0.2, 60).clip(-1, 1), RANDOM.beta(0.3, 3, 200), np.append(RANDOM.normal(0, 0.01, 99), 0.9)],
    ids=["gaussian", "skewed", "one rare loss"],
)
def test_it_is_the_quantile_of_the_dirichlet_mean(values):
    weights = RANDOM.exponential(size=(40_000, values.size + 1))
    means = weights @ np.append(values, 1.0) / weights.sum(axis=1)
    high = bounded_mean_interval(units(values, (-1, 1))).high
    below = (means <= high).mean()
    assert below == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / 40_000))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=80), st.floats(-0.9, 0.9))
def test_it_lies_inside_the_range_around_the_mean_and_agrees_with_its_p_value(values, margin):
    sample = units(np.array(values), (-1, 1))
    interval = bounded_mean_interval(sample)
    assert -1 <= interval.low <= np.mean(values) + 1e-9
    assert np.mean(values) - 1e-9 <= interval.high <= 1
    if abs(margin - interval.high) > 1e-6:
        assert (mean_at_least_p(sample, margin) <= 0.05) == (margin > interval.high)


def test_a_cluster_counts_as_one_unit():
    values, clusters = np.repeat(RANDOM.normal(0, 0.2, 40).clip(-1, 1), 5), np.repeat(np.arange(40), 5)
    by_cluster = bounded_mean_interval(units(values, (-1, 1), clusters))
    alone = bounded_mean_interval(units(values[::5], (-1, 1)))
    assert (by_cluster.low, by_cluster.high) == pytest.approx((alone.low, alone.high), abs=1e-7)


def test_a_value_outside_the_range_is_refused():
    with pytest.raises(DlsError, match="leave the metric's range"):
        units(np.array([0.5, 1.2]), (0, 1))


# Bootstrap


def test_the_draws_are_the_same_everywhere():
    # Computed with Python's integers from the definition, not with numpy.
    def by_hand(key, counter, n):
        mask = (1 << 64) - 1
        word = ((counter + key) * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & mask
        word = ((word ^ word >> 30) * 0xBF58476D1CE4E5B9) & mask
        word = ((word ^ word >> 27) * 0x94D049BB133111EB) & mask
        word ^= word >> 31
        return (word >> 32) * n >> 32

    key = bootstrap.key_of("uncertainty.multiple_choice/aurc/loss")
    indices = bootstrap.draws(key, 3, 2, 7)
    assert indices.tolist() == [[by_hand(key, (3 + r) * 7 + i, 7) for i in range(7)] for r in range(2)]


def test_every_unit_is_drawn_about_equally_often():
    counts = np.bincount(bootstrap.draws(bootstrap.key_of("x"), 0, 2000, 500).ravel(), minlength=500)
    assert scipy.stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize("draw", [RANDOM.exponential, RANDOM.standard_normal], ids=["skewed", "symmetric"])
def test_bca_is_scipys_up_to_the_resamples(draw):
    values = draw(size=300)
    interval = bootstrap.bca_ratio(values, np.ones(300), "key")
    oracle = scipy.stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, n_resamples=20_000, rng=1
    ).confidence_interval
    assert (interval.low, interval.high) == pytest.approx(oracle, abs=0.15 * (oracle.high - oracle.low))


@pytest.mark.parametrize("scale", [1e100, 1e250])
def test_bca_of_the_same_values_in_another_unit_is_the_same_interval(scale):
    values = np.random.default_rng(3).random(40)
    ends, scaled = (bootstrap.bca_ratio(part, np.ones(40), "key")[:2] for part in (values, values * scale))
    assert scaled == pytest.approx([end * scale for end in ends], rel=1e-9)


def test_many_units_have_the_interval_of_the_plain_draws(monkeypatch):
    values = np.random.default_rng(3).exponential(size=700)
    plain = bootstrap.bca_ratio(values, np.ones(700), "key")
    monkeypatch.setattr(bootstrap, "_NEAR", 256)  # so that each resample has a whole part and a rest
    assert bootstrap.bca_ratio(values, np.ones(700), "key")[:2] == pytest.approx(plain[:2], rel=1e-12)


def test_the_fast_mean_is_the_general_statistic():
    values = RANDOM.exponential(size=80)
    fast = bootstrap.bca_ratio(values, np.ones(80), "key")
    general = bootstrap.bca(lambda indices: float(values[indices].mean()), 80, "key")
    assert (fast.low, fast.high) == pytest.approx((general.low, general.high))


def test_the_fast_ratio_is_the_general_statistic_over_clusters():
    clusters = np.repeat(np.arange(60), RANDOM.integers(1, 5, 60))
    values = RANDOM.normal(size=clusters.size)
    fast = bootstrap.bca_ratio(np.bincount(clusters, values), np.bincount(clusters).astype(float), "key")
    general = bootstrap.bca(
        lambda i: float(values[i].mean()), registered_intervals.members(clusters.size, clusters), "key"
    )
    assert (fast.low, fast.high) == pytest.approx((general.low, general.high))


def test_a_sample_without_variation_says_nothing_about_its_error():
    assert bootstrap.bca_ratio(np.zeros(50), np.ones(50), "key", (-2.0, 2.0))[:2] == (-2.0, 2.0)
    assert math.isinf(bootstrap.bca_ratio(np.zeros(50), np.ones(50), "key").high)


@pytest.mark.parametrize("members", [1, [np.array([0, 1])]], ids=["an item", "a cluster"])
def test_one_unit_says_nothing_about_its_error(members):
    assert bootstrap.bca(lambda rows: float(rows.mean()), members, "key", (0, 1))[:2] == (0, 1)
    assert bootstrap.bca_ratio(np.ones(1), np.ones(1), "key", (-2, 2))[:2] == (-2, 2)


# Retention


def test_retention_is_fiellers_interval_for_a_normal_distribution():
    teacher = RANDOM.normal(0.8, 0.05, 4000).clip(0, 1)
    student = (teacher - 0.1 + RANDOM.normal(0, 0.05, 4000)).clip(0, 1)
    interval = retention_interval(teacher, student, 0.5, (0, 1))
    lead, student_lead = teacher - 0.5, student - 0.5
    share = student_lead.mean() / lead.mean()
    error = (student_lead - share * lead).std() / math.sqrt(4000) / lead.mean()
    assert (interval.low, interval.high) == pytest.approx((share - 1.645 * error, share + 1.645 * error), abs=4e-3)


def test_retention_does_not_depend_on_the_direction():
    teacher = (RANDOM.random(300) < 0.9).astype(float)
    student = teacher * (RANDOM.random(300) < 0.95)
    interval = retention_interval(teacher, student, 0.25, (0, 1))
    mirror = retention_interval(1 - teacher, 1 - student, 0.75, (0, 1))
    assert (interval.low, interval.high) == pytest.approx((mirror.low, mirror.high), abs=1e-6)


def test_a_teacher_at_chance_has_nothing_to_retain():
    values = (RANDOM.random(200) < 0.25).astype(float)
    assert retention_interval(values, values, 0.25, (0, 1))[:2] == (-math.inf, math.inf)


# Marginals alone


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120), st.data())
def test_the_interval_from_marginals_contains_that_of_every_table(n, data):
    teacher, student = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    interval = marginal.marginal_same_items(teacher, student, n)
    for overlap in range(max(0, teacher + student - n), min(teacher, student) + 1):
        inside = tango_corrected(teacher - overlap, student - overlap, n)
        assert interval.low <= inside.low + 1e-9
        assert inside.high <= interval.high + 1e-9


def test_a_published_share_stands_for_every_count_that_prints_so():
    assert marginal.possible_counts(0.765, 1000, 3) == (765, 765)
    assert marginal.possible_counts(0.77, 1319, 2) == (math.ceil(0.765 * 1319), math.floor(0.775 * 1319))
    interval = marginal.published_same_items(0.9, 0.8, 300, digits=1)
    for teacher in range(*marginal.possible_counts(0.9, 300, 1)):
        inside = marginal.marginal_same_items(teacher, 240, 300)
        assert interval.low <= inside.low <= inside.high <= interval.high


def test_an_impossible_published_share_is_refused():
    with pytest.raises(DlsError, match="No count of 43 items"):
        marginal.possible_counts(0.2, 43, 2)


def test_other_items_give_less_than_the_same_items():
    narrow = marginal.marginal_same_items(900, 850, 1000)
    wide = marginal.marginal_other_items((900, 1000), (850, 1000))
    assert wide.low < narrow.low < narrow.high < wide.high


# By the registry


def test_a_proportion_counts_the_direction():
    teacher, student = np.array([1.0] * 90 + [0.0] * 10), np.array([1.0] * 80 + [0.0] * 20)
    higher = registered_intervals.loss_interval(metric("accuracy"), teacher, student, "k")
    lower = registered_intervals.loss_interval(metric("secret_leak_rate"), teacher, student, "k")
    assert higher[:2] == tango_corrected(10, 0, 100)[:2]
    assert lower[:2] == tango_corrected(0, 10, 100)[:2]


def test_the_method_is_the_registrys():
    values = RANDOM.random(300)
    for name in ("brier_top_label", "nll", "accuracy", "overconfidence_gap"):
        entry = metric(name)
        data = np.round(values) if entry.kind == "proportion" else values
        assert registered_intervals.loss_interval(entry, data, data[::-1].copy(), "k").method == entry.interval
        assert registered_intervals.value_interval(entry, data, "k").method == entry.value_interval


def test_an_exact_copy_loses_nothing_worth_a_hundredth():
    values = RANDOM.random(1500)
    interval = registered_intervals.loss_interval(metric("brier_top_label"), values, values, "k")
    assert -0.01 < interval.low < 0 < interval.high < 0.01


# Lists and rounding


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_test_of_bonferroni(p_values):
    tests = range(len(p_values))
    subsets = [subset for size in range(1, len(p_values) + 1) for subset in combinations(tests, size)]
    bonferroni = {subset: min(1, len(subset) * min(p_values[i] for i in subset)) for subset in subsets}
    oracle = [max(p for subset, p in bonferroni.items() if k in subset) for k in tests]
    assert holm(p_values) == pytest.approx(oracle)


@given(st.floats(-5, 5), st.floats(0, 3), st.integers(1, 8))
def test_outward_rounding_never_narrows(low, width, digits):
    interval = outward(Interval(low, low + width, 0.9, "x"), digits)
    unit, bits = 10.0**-digits, 10.0 ** -(digits + 4)
    assert low - unit - bits <= interval.low <= low + bits
    assert low + width - bits <= interval.high <= low + width + unit + bits


def test_the_last_bits_of_a_sum_move_no_printed_end():
    assert outward(Interval(0.1 + 0.2, 0.3 + 1e-12, 0.9, "x"), 4)[:2] == (0.3, 0.3)


def test_a_printed_end_stays_as_it_is():
    assert outward(Interval(0.07, 0.29, 0.9, "x"), 2)[:2] == (0.07, 0.29)
    assert str(nearest(-0.00001, 4)) == "0.0"


@given(st.floats(-5, 5), st.integers(1, 6))
def test_a_number_lies_within_the_precision_of_its_print(value, digits):
    low, high = precision(nearest(value, digits), digits)
    assert low - 1e-12 <= value <= high + 1e-12
