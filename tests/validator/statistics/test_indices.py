"""The simulation of the confidence statistics agrees with the bootstrap of the package."""

import numpy as np
import pytest
from simulations import indices
from simulations.pairs import sharpened

from dls.metrics import calibration, selective
from dls.statistics.bootstrap import bca, draws, key_of

TEACHER, STUDENT = sharpened(np.random.default_rng(4), 150)
FUNCTIONS = {
    "aurc": selective.aurc,
    "augrc": selective.augrc,
    "error_auroc": selective.error_auroc,
    "ece_debiased_squared": calibration.ece_debiased_squared,
}


@pytest.mark.parametrize("name", indices.METRICS)
def test_a_simulated_value_is_the_metrics(name):
    value = indices.values(TEACHER, np.ones((150, 1), np.float32))[name]
    assert value == pytest.approx(FUNCTIONS[name](*TEACHER), abs=1e-6)


@pytest.mark.parametrize("name", indices.METRICS)
def test_a_simulated_interval_is_the_bootstraps(name):
    function, sign = FUNCTIONS[name], -1 if name == "error_auroc" else 1
    low, high = indices.intervals(TEACHER, STUDENT, indices.item_counts(draws(key_of("key"), 0, 2000, 150)))[name]

    def loss(rows):
        student = function(STUDENT.confidence[rows], STUDENT.correct[rows])
        return sign * (student - function(TEACHER.confidence[rows], TEACHER.correct[rows]))

    interval = bca(loss, 150, "key")
    assert (low, high) == pytest.approx((interval.low, interval.high), abs=2e-6)
