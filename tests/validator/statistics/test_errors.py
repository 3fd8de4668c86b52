"""The error rates of the methods at the margin, by enumeration where possible; `python -m simulations` has the rest."""

import math
import re
from functools import cache
from operator import gt, lt

import numpy as np
import pytest
from scipy.stats import multinomial
from simulations.__main__ import PARTS, measure_group
from simulations.cell import GATE, Cell, Group
from simulations.means import bca_means, bounded
from simulations.paired_grid import HARDEST, METHOD, STATED, errors
from simulations.paired_grid import groups as paired_grid
from simulations.proportions import GAIN_RATES, MARGINS, cells, score_verdicts
from simulations.retentions import groups as retentions
from simulations.table import read

from dls.statistics import power
from dls.statistics.bounded_mean import bounded_mean_interval, mean_at_least_p, units
from dls.statistics.paired_proportion import tango_corrected


@cache
def all_cells():
    return tuple(cells())


@pytest.mark.parametrize("method", ["tango_corrected", "clopper_pearson"])
def test_the_methods_of_the_registry_err_within_the_gate(method):
    worst = max(max(cell.false_preserved, cell.false_lost) for cell in all_cells() if cell.method == method)
    assert worst <= GATE


@pytest.mark.parametrize(
    ("n", "margin", "discordance", "end", "misses", "error"),
    [
        (102, 0.05, 1, "high", lt, "5.53 %"),
        (108, 0.46, 1, "high", lt, "5.83 %"),
        (167, 0.025, 0.033, "low", gt, "6.30 %"),
    ],
)
def test_the_worst_cells_of_the_corrected_interval_are_as_stated(n, margin, discordance, end, misses, error):
    pairs = [(losses, gains) for losses in range(n + 1) for gains in range(n + 1 - losses)]
    rates = (discordance + margin) / 2, (discordance - margin) / 2
    chance = multinomial.pmf([(*pair, n - sum(pair)) for pair in pairs], n, (*rates, 1 - discordance))
    likely = [(pair, p) for pair, p in zip(pairs, chance, strict=True) if p > 1e-9]
    wrong = sum(p for pair, p in likely if misses(getattr(tango_corrected(*pair, n), end), margin))
    assert f"{100 * wrong:.2f} %" == error
    assert error in str(tango_corrected.__doc__)


def test_the_fine_grid_is_the_sum_over_all_samples():
    rates = [(margin, rate) for margin in MARGINS for rate in GAIN_RATES if margin + 2 * rate <= 1]
    corrected = [cell for cell in all_cells() if cell.method == METHOD and cell.n == 100]
    for (margin, rate), cell in zip(rates, corrected, strict=True):
        _, preserved, lost = errors(100, margin, np.array([margin + 2 * rate]))
        assert (preserved[0], lost[0]) == pytest.approx((cell.false_preserved, cell.false_lost), abs=1e-12)


def test_the_cells_that_hurt_stand_in_rows_of_their_own_within_the_stated_error():
    rows = next(paired_grid()).measure(0)
    assert [(row.n, row.margin) for row in rows] == [cell[:2] for cell in HARDEST]
    assert all(STATED > max(row.false_preserved, row.false_lost) > GATE for row in rows)


def test_without_its_correction_tangos_interval_would_not():
    assert max(cell.false_lost for cell in all_cells() if cell.method == "tango") > 0.08


def test_wilsons_interval_would_not():
    assert max(cell.false_lost for cell in all_cells() if cell.method == "wilson") > 0.08


def test_the_enumeration_judges_as_the_interval_does():
    n, margin = 100, 0.05
    table = [(losses, gains) for losses in range(0, 31, 3) for gains in range(0, 31, 3)]
    losses, gains = np.array(table, dtype=float).T
    below, above = score_verdicts(losses, gains, n, margin, 0.5)
    intervals = [tango_corrected(*pair, n) for pair in table]
    assert below.astype(bool).tolist() == [interval.high < margin for interval in intervals]
    assert above.astype(bool).tolist() == [interval.low > margin for interval in intervals]


def test_the_simulated_bootstrap_is_the_real_one():
    from dls.statistics.bootstrap import bca_ratio

    samples = np.random.default_rng(5).exponential(size=(3, 120))
    low, high = bca_means(samples, "key")
    for i, sample in enumerate(samples):
        interval = bca_ratio(sample, np.ones(120), "key")
        assert (low[i], high[i]) == pytest.approx((interval.low, interval.high), abs=1e-5)


def test_rare_losses_in_noise_are_not_called_preserved():
    # A bootstrap calls this preserved in a third of all samples: in those there is no loss at all.
    random, wrong = np.random.default_rng(1), 0
    for _ in range(400):
        values = np.where(random.random(100) < 0.01, 1.0, random.integers(-10, 11, 100) / 1000)
        wrong += mean_at_least_p(units(values, (-1, 1)), 0.01) <= 0.05
    assert wrong <= 400 * GATE + 3 * math.sqrt(400 * GATE)


def test_a_confidence_bound_decides_whether_a_cell_is_broken():
    assert Cell("x", "y", 100, 0.1, 0.056, 0.0).broken()
    assert not Cell("x", "y", 100, 0.1, 0.056, 0.0, replicates=20_000).broken()
    assert Cell("x", "y", 100, 0.1, 0.062, 0.0, replicates=20_000).broken()


@pytest.mark.parametrize("part", [bounded, retentions])
def test_every_cell_can_be_simulated(part):
    assert all(cell.replicates == 2 for group in part() for cell in group.measure(2))


def test_a_cell_that_stands_in_the_folder_is_not_measured_again(tmp_path):
    calls = []

    def measure(replicates):
        calls.append(replicates)
        return (Cell("bca", "x", 100, 0.02, 0.05, 0.05, replicates),)

    group = Group("x, 1 %", measure)
    first = measure_group(group, tmp_path, 10)
    assert [tuple(measure_group(group, tmp_path, n)) for n in (10, 20)] == [first, measure(20)]
    assert calls[:2] == [10, 20]


def test_an_interrupted_measurement_leaves_no_cell(tmp_path):
    def measure(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_group(Group("x", measure), tmp_path, 10)
    assert read(tmp_path) == []


def test_no_two_groups_share_a_file():
    for _, groups in PARTS:
        names = [re.sub("[^a-z0-9.]+", "_", group.name.lower()) for group in groups()]
        assert len(set(names)) == len(names)


# Plans


@pytest.mark.parametrize(
    ("discordance", "margin", "catalogue"), [(0.1, 0.02, 1546), (0.1, 0.05, 248), (0.2, 0.03, 1374)]
)
def test_the_units_for_a_margin_are_the_textbooks_and_the_corrections(discordance, margin, catalogue):
    smallest_n = power.units_for(lambda n: power.smallest_loss_of_proportion(discordance, n), margin)
    assert catalogue < smallest_n < catalogue + 1.2 / margin


def test_a_student_without_loss_is_preserved_as_often_as_planned():
    random, n, discordance = np.random.default_rng(2), 800, 0.1
    margin = power.smallest_loss_of_proportion(discordance, n)
    tables = random.multinomial(n, [discordance / 2, discordance / 2, 1 - discordance], 2000)
    share = np.mean([tango_corrected(int(losses), int(gains), n).high <= margin for losses, gains, _ in tables])
    assert share == pytest.approx(power.POWER, abs=0.05)


@pytest.mark.parametrize(("sd", "n"), [(0.2, 300), (0.05, 100)])
def test_a_bounded_mean_without_loss_is_preserved_as_often_as_planned(sd, n):
    random = np.random.default_rng(3)
    margin = power.smallest_loss_of_mean(sd, n, reach=1.0)
    samples = random.normal(0, sd, (300, n)).clip(-1, 1)
    share = np.mean([bounded_mean_interval(units(sample, (-1, 1))).high <= margin for sample in samples])
    assert share == pytest.approx(power.POWER, abs=0.1)


def test_a_cap_of_one_in_a_hundred_needs_299_units():
    assert math.isinf(power.smallest_gap_to_limit(0.01, 298))
    assert power.smallest_gap_to_limit(0.01, 299) < 0.01


def test_without_spread_only_the_unseen_unit_counts():
    assert power.smallest_loss_of_mean(0.0, 100, reach=1.0) == pytest.approx(-math.log(0.05) / 101)
