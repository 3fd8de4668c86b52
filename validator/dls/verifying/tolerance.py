"""Whether the number of a second run confirms that of the first: by the metric's tolerance class in the registry.

The test is never "the new value lies in the old interval": of two right runs one in six would fail it.
"""

from statistics import NormalDist
from typing import Literal, NamedTuple

from dls.model import Claim, Loss, Reading
from dls.standard.numbers import NOISE
from dls.standard.registry import Metric

Mode = Literal["same_items", "fresh_items"]

RELATIVE = 1e-3  # fp32 on other hardware; about fifty times the spread that was measured
BORDERLINE = 0.05
REFUTED = 0.01
BY_CHANCE = frozenset({"fresh_items", "sampled", "greedy_text"})
_WIDEST = 2.0  # times the second run's interval: a wider claimed one is no licence to err more


class Agreement(NamedTuple):
    """How one number compares: by a p-value where chance plays a part, otherwise by whether it is within the tolerance.

    ``spread`` is the standard error of the difference between two honest runs, 0 where chance plays no part.
    """

    part: str
    difference: float
    tolerance: float
    p: float | None = None
    spread: float = 0.0

    @property
    def within(self) -> bool:
        """Whether the difference is one that an honest run may have."""
        return self.difference <= self.tolerance if self.p is None else self.p >= BORDERLINE

    def smallest_forgery(self, comparisons: int) -> float:
        """Return the smallest shift that is refuted when ``comparisons`` share the level, as in Holm's first step."""
        if self.p is None:
            return self.tolerance
        return self.tolerance + self.spread * (_quantile(REFUTED / max(comparisons, 1)) - _quantile(REFUTED))


class NumberPair(NamedTuple):
    """One part of a claim, as claimed and as a second run has it.

    ``rounding`` is the unit of the last digit that the registry prints, whatever the document prints. ``near_ties`` is
    None where they were not counted.
    """

    part: str
    first: Reading | Loss
    second: Reading | Loss
    rounding: float
    near_ties: int | None = 0


def tolerance_class(metric: Metric, mode: Mode, *, reduced: bool = False) -> str:
    """Return the class by which a metric's second run is compared.

    In a ``reduced`` precision (bf16, fp16) no constant bounds the difference between honest runs. Numbers are then
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
        metric: of both numbers.
        numbers: the claim's and the second run's.
        mode: whether the second run asked the same items.
        reduced: whether either run computed in a reduced precision.
        worse_only: whether a smaller second number is no difference: a loss under other phrasings.
    """
    shift = numbers.second.value - numbers.first.value
    difference = max(shift, 0.0) if worse_only else abs(shift)
    kind = tolerance_class(metric, mode, reduced=reduced)
    n, ties = getattr(numbers.second, "n", None), numbers.near_ties
    if kind == "threshold" and n and ties is not None:
        return Agreement(numbers.part, difference, ties / n + numbers.rounding)
    if kind == "threshold" or kind in BY_CHANCE:
        return _compare_by_chance(numbers, difference)
    if kind == "exact":
        return Agreement(numbers.part, difference, 0.0)
    tolerance = max(NOISE, RELATIVE * abs(numbers.first.value)) + numbers.rounding
    return Agreement(numbers.part, difference, tolerance)


def _compare_by_chance(numbers: NumberPair, difference: float) -> Agreement:
    """Return the p-value of a difference under two independent runs, after its rounding is taken off."""
    first, second = numbers.first, numbers.second
    claimed_error = _licence(first, second) * _standard_error(first, second.value)
    spread = (claimed_error**2 + _standard_error(second, first.value) ** 2) ** 0.5
    if spread == 0:
        return Agreement(numbers.part, difference, numbers.rounding)
    p = 2 * (1 - NormalDist().cdf(max(difference - numbers.rounding, 0.0) / spread))
    return Agreement(numbers.part, difference, _quantile(REFUTED) * spread + numbers.rounding, p, spread)


def _licence(first: Reading | Loss, second: Reading | Loss) -> float:
    """Return the share of a claimed interval's width that counts, in (0, 1]: the second run's width limits it."""
    claimed_width, width = (ends.high - ends.low if (ends := part.interval) else 0.0 for part in (first, second))
    return min(1.0, _WIDEST * width / claimed_width) if width > 0 and claimed_width > 0 else 1.0


def _quantile(level: float) -> float:
    """Return z with P(|Z| > z) = level for a standard normal Z."""
    return NormalDist().inv_cdf(1 - level / 2)


def _standard_error(reading: Reading | Loss, toward: float) -> float:
    """Return the standard error behind a printed interval: its half width over the normal quantile of its level.

    Where the interval is longer on the side toward the other number, that side counts: a skewed estimate errs there.
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
