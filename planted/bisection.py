"""The place where a loss that grows with training reaches a target: between two checkpoints, and on the line between.

The excess of a loss is its distance beyond the target, negative before it is reached. Nothing here knows of models.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Point(NamedTuple):
    """A position, a step or a share of a line, and the excess of the loss there."""

    position: float
    excess: float


def bracket(
    steps: Iterable[int], quick: Callable[[int], float], precise: Callable[[int], float], start: Point
) -> tuple[Point, Point]:
    """Return the last step before a target and the first step beyond it, by the precise measurement of their excess.

    The precise measurement is made where the quick one reaches the target. `start` lies before the target.

    Raises:
        ValueError: no step reaches the target.
    """
    points = [start]
    for step in steps:
        if quick(step) >= 0 and (excess := precise(step)) >= 0:
            return _last_before(points, precise, Point(step, excess))
        points.append(Point(step, 0.0))
    last = points[-1].position
    raise ValueError(f"the loss does not reach its target by step {last:g}; teach it more often or for longer")


def _last_before(points: list[Point], precise: Callable[[int], float], high: Point) -> tuple[Point, Point]:
    for point in reversed(points[1:]):
        low = Point(point.position, precise(int(point.position)))
        if low.excess < 0:
            return low, high
        high = low
    return points[0], high


def nearest(low: float, high: float, measure: Callable[[float], float], tolerance: float, limit: int) -> Point:
    """Search the line from 0 (excess `low` < 0) to 1 (excess `high` >= 0); return the point nearest to the target.

    This is the false position with the Illinois rule: an end that stays a second time counts half, so a bend does not
    hold the search at one side. The search ends at an excess within `tolerance` of 0, or after `limit` measurements.
    """
    lower, upper = Point(0.0, low), Point(1.0, high)
    best, last = min(lower, upper, key=lambda point: abs(point.excess)), Point(0.5, 0.0)
    for _ in range(limit):
        if abs(best.excess) <= tolerance:
            break
        width = upper.position - lower.position
        share = round(lower.position + width * lower.excess / (lower.excess - upper.excess), 6)
        point = Point(share, measure(share))
        best = min(best, point, key=lambda point: abs(point.excess))
        if point.excess < 0:
            lower, upper = point, upper._replace(excess=upper.excess / (2 if lower is last else 1))
        else:
            lower, upper = lower._replace(excess=lower.excess / (2 if upper is last else 1)), point
        last = point
    return best
