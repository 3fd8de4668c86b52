"""Measured numbers: values with their intervals, losses, and flips."""

from typing import Literal

from dls.model.value import Frozen


class PrintedInterval(Frozen, frozen=True):
    """A confidence interval; its ends are rounded outward."""

    low: float
    high: float
    level: float
    method: str
    unit: Literal["item", "cluster", "run"] | None = None
    n_units: int | None = None


class Reading(Frozen, frozen=True):
    """A measured value in its metric's unit."""

    value: float
    count: int | None = None
    n: int | None = None
    sd: float | None = None
    interval: PrintedInterval | None = None


class Loss(Frozen, frozen=True):
    """The student's loss, in the metric's unit; positive is worse."""

    value: float
    interval: PrintedInterval | None = None


class Ratio(Frozen, frozen=True):
    """A published ratio: the value of one model divided by that of the other, where neither value was published."""

    of: Literal["student", "comparator"]
    value: float


class Flips(Frozen, frozen=True):
    """How many items only one of the two models got right."""

    teacher_only: int
    student_only: int
