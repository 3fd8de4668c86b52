"""Does a number made by a second run confirm the first one? By the metric's tolerance class (catalogue of the standard).

Never "the new value lies in the old interval": of two right runs one in six would fail it.
"""

from statistics import NormalDist
from typing import Literal, NamedTuple

from dls.model.statement import Claim, Interval, Reading
from dls.registry import Metric

Mode = Literal["same_items", "fresh_items"]

RELATIVE = 1e-3  # fp32 on other hardware; about fifty times the spread that was measured
ABSOLUTE = 1e-4
BORDERLINE = 0.05
REFUTED = 0.01


class Agreement(NamedTuple):
    """How one number compares: a p-value where chance plays a part, else whether it is within the tolerance."""

    part: str
    difference: float
    allowed: float
    p: float | None = None

    @property
    def within(self) -> bool:
        """Whether the difference is one that an honest run may have."""
        return self.difference <= self.allowed if self.p is None else self.p >= BORDERLINE


class Numbers(NamedTuple):
    """One part of a claim, claimed and made again, with the rounding of the printed value."""

    part: str
    claimed: Reading
    again: Reading
    rounding: float
    near_ties: int = 0


def tolerance_class(metric: Metric, mode: Mode) -> str:
    """Return the class by which a metric's re-run is compared."""
    return "fresh_items" if mode == "fresh_items" else metric.tolerance


def agree(metric: Metric, numbers: Numbers, mode: Mode) -> Agreement:
    """Compare one number of a claim with the number of a second run."""
    difference = abs(numbers.claimed.value - numbers.again.value)
    kind = tolerance_class(metric, mode)
    if kind in ("fresh_items", "sampled", "greedy_text"):
        return _by_chance(numbers, difference)
    if kind == "threshold" and numbers.again.n:
        return Agreement(numbers.part, difference, numbers.near_ties / numbers.again.n + numbers.rounding)
    allowed = max(ABSOLUTE, RELATIVE * abs(numbers.claimed.value)) + numbers.rounding
    return Agreement(numbers.part, difference, 0.0 if kind == "exact" else allowed)


def _by_chance(numbers: Numbers, difference: float) -> Agreement:
    """Return the p-value of a difference under two independent runs; what rounding explains is taken off first."""
    spread = (_standard_error(numbers.claimed) ** 2 + _standard_error(numbers.again) ** 2) ** 0.5
    beyond = max(difference - numbers.rounding, 0.0)
    critical = NormalDist().inv_cdf(1 - REFUTED / 2) * spread + numbers.rounding
    if spread == 0:
        return Agreement(numbers.part, difference, numbers.rounding)
    return Agreement(numbers.part, difference, critical, 2 * (1 - NormalDist().cdf(beyond / spread)))


def _standard_error(reading: Reading) -> float:
    """Return the standard error behind a printed interval: half its width over the normal quantile of its level."""
    return _half_width(reading.interval) if reading.interval else 0.0


def _half_width(interval: Interval) -> float:
    return (interval.high - interval.low) / 2 / NormalDist().inv_cdf((1 + interval.level) / 2)


def readings(claim: Claim) -> dict[str, Reading]:
    """Return the parts of a claim that a second run is compared on; a loss follows from its two values."""
    parts = {"teacher": claim.teacher, "student": claim.student, "pair": claim.pair}
    return {name: reading for name, reading in parts.items() if reading is not None}
