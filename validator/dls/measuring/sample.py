"""One metric's numbers for one model: its value, and its interval by the registered method."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dls.measuring import registered_intervals
from dls.metrics.formulas import batch_statistic, contributions_of, statistic
from dls.probe import Unit
from dls.standard.registry import Metric
from dls.statistics import bounded_influence
from dls.statistics.bootstrap import Statistic
from dls.statistics.interval import Interval

Floats = NDArray[np.float64]

MEANS = frozenset({"proportion", "bounded_mean", "mean", "divergence"})
"""The kinds of metric that are the mean of one number a unit."""


class Sample(NamedTuple):
    """One metric's rows for one model: a number for each unit, shape [units], or several, shape [units, columns]."""

    metric: Metric
    rows: Floats
    unit: Unit
    key: str

    @property
    def statistic(self) -> Statistic:
        """The metric's value as a function of unit indices; only for a metric that is no mean."""
        return statistic(self.metric.id, self.rows)

    @property
    def resampled_statistic(self) -> registered_intervals.ResampledStatistic:
        """The statistic, with its batch form for many resamples where there is one."""
        return registered_intervals.ResampledStatistic(self.statistic, batch_statistic(self.metric.id, self.rows))

    @property
    def reach(self) -> bounded_influence.Reach:
        """The units' contributions to a statistic of confidence."""
        return bounded_influence.reach(contributions_of(self.metric.id), *self.rows.T)

    @property
    def is_mean(self) -> bool:
        """Whether the value is the mean of one number a unit."""
        return self.metric.kind in MEANS and self.rows.ndim == 1

    def value(self) -> float:
        """Return the metric's value."""
        return float(self.rows.mean()) if self.is_mean else self.statistic(np.arange(len(self.rows)))

    def interval(self) -> Interval:
        """Return the interval of the value."""
        if self.is_mean:
            return registered_intervals.value_interval(self.metric, self.rows, self.key)
        if self.metric.value_interval == bounded_influence.METHOD:
            return registered_intervals.influence_interval(self.metric, self.reach, self.value())
        return registered_intervals.statistic_interval(self.metric, self.resampled_statistic, len(self.rows), self.key)

    def loss_interval(self, student: "Sample") -> Interval:
        """Return the interval of the student's loss against this sample, unit by unit."""
        key = f"{self.key}/loss"
        if self.is_mean:
            return registered_intervals.loss_interval(self.metric, self.rows, student.rows, key)
        if self.metric.interval == bounded_influence.METHOD:
            return registered_intervals.influence_loss_interval(
                self.metric, self.reach, student.reach, self.value(), student.value()
            )
        return registered_intervals.statistic_loss_interval(
            self.metric, self.resampled_statistic, student.resampled_statistic, len(self.rows), key
        )
