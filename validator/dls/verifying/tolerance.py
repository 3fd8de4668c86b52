"""Does a number made by a second run confirm the first one? By the metric's tolerance class (catalogue of the standard).

Never "the new value lies in the old interval": of two right runs one in six would fail it.
"""

from statistics import NormalDist
from typing import Literal, NamedTuple

from dls.model import Claim, Loss, Reading
from dls.standard.registry import Metric

Mode = Literal["same_items", "fresh_items"]

RELATIVE = 1e-3  # fp32 on other hardware; about fifty times the spread that was measured
ABSOLUTE = 1e-4
BORDERLINE = 0.05
REFUTED = 0.01
BY_CHANCE = frozenset({"fresh_items", "sampled", "greedy_text"})


class Agreement(NamedTuple):
    """How one number compares: a p-value where chance plays a part, else whether it is within the tolerance.

    ``spread`` is the standard error of the difference between two honest runs, 0 where chance plays no part.
    """

    part: str
    difference: float
    allowed: float
    p: float | None = None
    spread: float = 0.0

    @property
    def within(self) -> bool:
        """Whether the difference is one that an honest run may have."""
        return self.difference <= self.allowed if self.p is None else self.p >= BORDERLINE

    def smallest_forgery(self, comparisons: int) -> float:
        """Return the smallest shift that is refuted, where ``comparisons`` share the level as Holm's first step does."""
        if self.p is None:
            return self.allowed
        return self.allowed + self.spread * (_quantile(REFUTED / max(comparisons, 1)) - _quantile(REFUTED))


class NumberPair(NamedTuple):
    """One part of a claim, claimed and made again, with the rounding of the printed value.

    ``near_ties`` is None where nobody counted them.
    """

    part: str
    claimed: Reading | Loss
    again: Reading | Loss
    rounding: float
    near_ties: int | None = 0


def tolerance_class(metric: Metric, mode: Mode, *, reduced: bool = False) -> str:
    """Return the class by which a metric's re-run is compared.

    In a ``reduced`` precision (bf16, fp16) no constant bounds what an honest run may differ by, so that numbers are
    compared as samples.
    """
    if mode == "fresh_items":
        return "fresh_items"
    return "sampled" if reduced and metric.tolerance != "exact" else metric.tolerance


def compare_numbers(
    metric: Metric, numbers: NumberPair, mode: Mode, *, reduced: bool = False, worse_only: bool = False
) -> Agreement:
    """Compare one number of a claim with the number of a second run.

    Args:
        metric: what was measured.
        numbers: claimed and made again.
        mode: whether the same items were asked.
        reduced: whether either run computed in a reduced precision.
        worse_only: whether a smaller number made again is no difference: a loss under other words.
    """
    difference = numbers.again.value - numbers.claimed.value
    difference = max(difference, 0.0) if worse_only else abs(difference)
    kind = tolerance_class(metric, mode, reduced=reduced)
    n, ties = getattr(numbers.again, "n", None), numbers.near_ties
    if kind in BY_CHANCE or (kind == "threshold" and (ties is None or not n)):
        return _by_chance(numbers, difference)
    if kind == "threshold" and n and ties is not None:
        return Agreement(numbers.part, difference, ties / n + numbers.rounding)
    allowed = max(ABSOLUTE, RELATIVE * abs(numbers.claimed.value)) + numbers.rounding
    return Agreement(numbers.part, difference, 0.0 if kind == "exact" else allowed)


def _by_chance(numbers: NumberPair, difference: float) -> Agreement:
    """Return the p-value of a difference under two independent runs; what rounding explains is taken off first."""
    said, found = numbers.claimed, numbers.again
    spread = (_standard_error(said, found.value) ** 2 + _standard_error(found, said.value) ** 2) ** 0.5
    beyond = max(difference - numbers.rounding, 0.0)
    critical = _quantile(REFUTED) * spread + numbers.rounding
    if spread == 0:
        return Agreement(numbers.part, difference, numbers.rounding)
    return Agreement(numbers.part, difference, critical, 2 * (1 - NormalDist().cdf(beyond / spread)), spread)


def _quantile(level: float) -> float:
    """Return z with P(|Z| > z) = level for a standard normal Z."""
    return NormalDist().inv_cdf(1 - level / 2)


def _standard_error(reading: Reading | Loss, toward: float) -> float:
    """Return the standard error behind a printed interval: its half width over the normal quantile of its level.

    Where the interval is longer on the side that faces the other number, that side counts: a skewed estimate errs there.
    """
    ends = reading.interval
    if ends is None:
        return 0.0
    side = ends.high - reading.value if toward > reading.value else reading.value - ends.low
    return max(side, (ends.high - ends.low) / 2) / NormalDist().inv_cdf((1 + ends.level) / 2)


def claim_parts(claim: Claim) -> dict[str, Reading | Loss]:
    """Return the parts of a claim that a second run is compared on."""
    parts = {"teacher": claim.teacher, "student": claim.student, "pair": claim.pair, "loss": claim.loss}
    return {name: reading for name, reading in parts.items() if reading is not None}
