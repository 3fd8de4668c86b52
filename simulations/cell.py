"""One cell of the coverage table: a method, a truth at the margin, and the error rates of the method there."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dls.statistics.proportion import clopper_pearson

GATE = 0.055  # of either one-sided error, whose nominal level is 5 %
CONFIDENCE = 0.98  # two-sided, so that the lower end is a one-sided 99 % bound


class Cell(NamedTuple):
    """Errors of a 90 % interval where the truth lies exactly at the margin.

    ``false_preserved`` is the share of samples whose interval lies wholly below the truth, ``false_lost`` wholly above.
    ``replicates`` is 0 where the shares are enumerated. ``inside`` says whether the registry recommends the method.
    ``gate`` is the largest error that the documentation states for the cell.
    """

    method: str
    truth: str
    n: int
    margin: float
    false_preserved: float
    false_lost: float
    replicates: int = 0
    inside: bool = True
    gate: float = GATE

    @property
    def coverage(self) -> float:
        """The share of samples whose interval holds the truth."""
        return 1 - self.false_preserved - self.false_lost

    def broken(self) -> bool:
        """Whether an error exceeds the gate; a simulated one by its 99 % lower confidence bound."""
        errors = self.false_preserved, self.false_lost
        return self.inside and any(self._lower_bound(share) > self.gate for share in errors)

    def _lower_bound(self, share: float) -> float:
        if not self.replicates:
            return share
        return clopper_pearson(round(share * self.replicates), self.replicates, CONFIDENCE).low


class Group(NamedTuple):
    """Cells that are measured together; ``measure(replicates)`` does not depend on earlier measurements."""

    name: str
    measure: Callable[[int], Sequence[Cell]]
