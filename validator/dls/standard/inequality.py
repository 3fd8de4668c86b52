"""Inequalities between metrics, by which printed numbers are judged."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product

import msgspec

_NAME = r"(?<![\w.])[a-z_][\w.]*+(?!\()"  # a function is called
_SLACK = 1e-6  # of a comparison: for the numbers between the corners, and below any printed digit


class Inequality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation that the values of any honest measurement satisfy.

    ``holds`` is one comparison (``<=``, ``>=`` or ``==``) of two arithmetic expressions over metric ids, ``n`` (units),
    ``teacher.<id>`` and ``student.<id>``, with the functions abs, min, max, sqrt, log, exp and xlogx.
    """

    id: str
    holds: str
    because: str

    def names(self) -> frozenset[str]:
        """Return the names that need a value: ``ece``, ``n``, ``teacher.accuracy``."""
        return _names(self.holds)

    def across_arms(self) -> bool:
        """Whether it relates the teacher's values to the student's; otherwise it holds for each model alone."""
        return any("." in name for name in self.names())

    def violated(self, values: Mapping[str, tuple[float, float]]) -> bool:
        """Whether no numbers within the printed precision satisfy it.

        Args:
            values: name → (lowest, highest) number that prints as the value; an exact number twice.

        Raises:
            KeyError: a name of ``names()`` has no value.
        """
        from dls.standard.expressions import relation_of  # start-up: few statements hold such metrics

        relation, order = relation_of(self.holds), sorted(self.names())
        corners = product(*(values[name] for name in order))
        gaps = [relation.gap(dict(zip(order, corner, strict=True))) for corner in corners]
        numbers = [gap for gap in gaps if gap is not None]
        if not numbers or len(numbers) < len(gaps):  # undefined somewhere (log 0, division by 0): no verdict
            return False
        if relation.operator == "<=":
            return min(numbers) > _SLACK
        if relation.operator == ">=":
            return max(numbers) < -_SLACK
        return min(numbers) > _SLACK or max(numbers) < -_SLACK


@lru_cache(maxsize=256)
def _names(holds: str) -> frozenset[str]:
    """Return the names of a comparison; to parse it takes ten times as long, and most are about other metrics."""
    return frozenset(re.findall(_NAME, holds))
