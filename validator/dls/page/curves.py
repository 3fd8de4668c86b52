"""From records to curves: calibration, selective answering, and divergence along the positions of a text."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dls.evidence.records import RecordedRun
from dls.page.view import Bin, Confidence, DriftCurve, ModelCurves
from dls.probe import AnyMeasure, CrossMeasure, Measure
from dls.standard.numbers import LEVEL
from dls.statistics.proportion import wilson

Floats = NDArray[np.float64]

_CONFIDENCE, _DRIFT = "brier_top_label", "drift_slope"
"""Metrics whose formulas take (confidence, correct) of each item, and the divergence at each position."""
BINS = 10
_POINTS = 100  # of a curve, at most
_LEAST_TEXTS = 10  # at a position, for its mean to say something


def confidence_of(run: RecordedRun) -> Confidence | None:
    """Return the bins and the risk of both models; None where the probe reads no confidence."""
    measure = _measure(run, _CONFIDENCE)
    if not isinstance(measure, Measure):
        return None
    arms: tuple[Literal["teacher", "student"], ...] = ("teacher", "student")
    models = tuple(_model_curves(arm, measure.inputs(run.items, run.records[arm])) for arm in arms)
    return Confidence(probe=run.probe.id, n=len(run.items), models=models)


def divergence_of(run: RecordedRun) -> DriftCurve | None:
    """Return the mean divergence at each position that ten texts reach; None where the probe reads none."""
    measure = _measure(run, _DRIFT)
    if not isinstance(measure, CrossMeasure) or measure.arm not in run.records:
        return None
    rows = np.array(measure.inputs(run.items, run.records[measure.arm]), dtype=np.float64)
    counts = (~np.isnan(rows)).sum(axis=0)
    length = int((counts >= _LEAST_TEXTS).sum())
    if length == 0:
        return None
    means = np.nanmean(rows[:, :length], axis=0)
    return DriftCurve(probe=run.probe.id, means=tuple(means.tolist()), counts=tuple(counts[:length].tolist()))


def _measure(run: RecordedRun, metric: str) -> AnyMeasure | None:
    return next((measure for measure in run.probe.measures if measure.metric == metric), None)


def _model_curves(arm: Literal["teacher", "student"], entries: Any) -> ModelCurves:
    confidence, correct = np.array(entries, dtype=np.float64).T
    return ModelCurves(arm=arm, bins=tuple(_bins(confidence, correct)), risk=_risk(confidence, correct))


def _bins(confidence: Floats, correct: Floats) -> list[Bin]:
    """Return bins of equally many items, from the least to the most confident."""
    order = np.argsort(confidence, kind="stable")
    bins = []
    for part in np.array_split(order, min(BINS, len(order))):
        n, count = len(part), int(correct[part].sum())
        interval = wilson(count, n, LEVEL)
        mean = float(confidence[part].mean())
        bins.append(Bin(n=n, confidence=mean, accuracy=count / n, low=interval.low, high=interval.high))
    return bins


def _risk(confidence: Floats, correct: Floats) -> tuple[tuple[float, float], ...]:
    """Return (coverage, error rate among the most confident share); equally confident items share their mean error."""
    _, group, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    errors = np.repeat(np.bincount(group, 1 - correct) / count, count)
    n = len(errors)
    risks = np.cumsum(errors) / np.arange(1, n + 1)
    ends = np.unique(np.linspace(0, n - 1, min(n, _POINTS)).round().astype(int))
    return tuple((float((end + 1) / n), float(risks[end])) for end in ends)
