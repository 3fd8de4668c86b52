"""The smallest loss that a target's plan can detect, and the loss that it has to detect."""

import math

from dls.model import ProfileTarget
from dls.standard.registry import Metric
from dls.statistics.power import (
    reach_of_influence,
    smallest_gap_to_limit,
    smallest_loss_of_mean,
    smallest_loss_of_proportion,
)


def smallest_detectable_loss(target: ProfileTarget, metric: Metric) -> float:
    """Return the smallest loss that a target's plan can detect, from its n and its assumptions, in the metric's unit.

    It is the smallest margin at which a student without loss comes out preserved in 80 % of all samples, or the
    smallest such distance from a floor or cap; infinite where the plan assumes too little.
    """
    if target.kind == "absolute" and metric.kind == "proportion":
        return smallest_gap_to_limit(target.limit, target.n)
    if target.kind == "non_inferiority" and "discordance" in target.assumes:
        return smallest_loss_of_proportion(target.assumes["discordance"], target.n)
    if "sd" not in target.assumes:
        return math.inf
    reach = _reach(target, metric)
    return smallest_loss_of_mean(target.assumes["sd"], target.n, reach) if math.isfinite(reach) else math.inf


def allowed_loss(target: ProfileTarget, metric: Metric) -> float:
    """Return the loss that a target allows, in the metric's unit; its plan has to detect it. NaN where unknown."""
    if target.kind == "non_inferiority":
        return target.limit
    rate = target.assumes.get("rate", math.nan)
    if target.kind == "absolute":
        return abs(rate - target.limit)
    chance = metric.chance if isinstance(metric.chance, (int, float)) else target.chance
    return (1 - target.limit) * abs(rate - chance) if chance is not None else math.nan


def _reach(target: ProfileTarget, metric: Metric) -> float:
    """Return how far the additional unit of the interval's method can lie beyond the mean."""
    if metric.interval == "bounded_influence":
        return reach_of_influence(metric.id, target.n, target.assumes.get("errors"))
    if metric.interval != "bounded_mean":
        return 0.0
    width = metric.high - metric.low
    if target.kind != "absolute":
        return width
    return target.limit - metric.low if target.floor is not None else metric.high - target.limit
