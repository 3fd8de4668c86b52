"""The quick way to many resamples gives the values of the plain functions, ties and all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.some import every

from dls.metrics.formulas import BATCH_STATISTICS, batch_statistic, statistic
from dls.statistics.bootstrap import bca, draws

NAMES = [name for name, _ in BATCH_STATISTICS]


CLASSES = ("balanced_accuracy", "macro_f1", "matthews")
POSITIONS = 5


def table(name, seed, n, levels):
    """Columns of a formula's arguments for n units; few levels make many ties."""
    random = np.random.default_rng(seed)
    confidence = random.integers(1, levels + 1, n) / levels
    if name in CLASSES:
        return random.integers(0, min(levels, 4) + 1, (n, 2)).astype(np.float64)
    if name == "worst_group_accuracy":
        return np.column_stack([random.random(n) < confidence, random.integers(0, 3, n)]).astype(np.float64)
    if name == "abstention_auroc":
        return np.column_stack([confidence, random.permutation(confidence)])
    if name == "effective_answers":
        return confidence
    if name == "drift_slope":
        ends = random.integers(1, POSITIONS + 1, n)[:, np.newaxis]
        return np.where(np.arange(POSITIONS) < ends, random.random((n, POSITIONS)), np.nan)
    return np.column_stack([confidence, random.random(n) < confidence]).astype(np.float64)


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 10**6), st.integers(2, 60), st.sampled_from([1, 3, 20, 10**9]))
@settings(max_examples=60, deadline=None)
def test_every_resample_has_the_value_of_the_plain_function(name, seed, n, levels):
    rows = table(name, seed, n, levels)
    indices = np.concatenate([draws(seed, 0, 30, n), np.arange(n)[np.newaxis], np.zeros((1, n), dtype=np.intp)])
    quick, plain = batch_statistic(name, rows), statistic(name, rows)
    assert quick is not None
    assert quick(indices) == pytest.approx([plain(row) for row in indices], abs=1e-12)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"effective_answers", "drift_slope", *CLASSES}))
@pytest.mark.parametrize("right", [0.0, 1.0])
def test_all_right_and_all_wrong_are_no_exception(name, right):
    rows = np.column_stack([np.linspace(0.2, 0.9, 40), np.full(40, right)])
    indices = draws(1, 0, 5, 40)
    assert batch_statistic(name, rows)(indices) == pytest.approx(
        [statistic(name, rows)(row) for row in indices], abs=1e-12
    )


@pytest.mark.parametrize("name", NAMES)
def test_more_resamples_than_are_held_at_once_stay_in_order(name):
    rows = table(name, 3, 2000, 10**9)
    indices = draws(7, 0, 150, 2000)
    quick = batch_statistic(name, rows)
    assert quick(indices) == pytest.approx(np.concatenate([quick(indices[:1]), quick(indices[1:])]), abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n", every(3, [100, 2, 350]))
def test_the_interval_is_the_same_either_way(name, n):
    rows = table(name, 5, n, 50)
    single, batch = statistic(name, rows), batch_statistic(name, rows)
    plain, quick = bca(single, n, "key", (-1, 1)), bca(single, n, "key", (-1, 1), batch=batch)
    assert quick[:2] == pytest.approx(plain[:2], abs=1e-12)
    assert quick[2:] == plain[2:]
