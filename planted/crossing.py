"""Where a loss that grows with a training reaches a target: between which checkpoints, and where on the line between them.

How far a loss lies beyond its target is negative before it is reached. Nothing here knows of models.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Point(NamedTuple):
    """A place on a way, a step or a share of a line, and how far beyond the target the loss is there."""

    at: float
    beyond: float


def bracket(
    steps: Iterable[int], quick: Callable[[int], float], sure: Callable[[int], float], start: Point
) -> tuple[Point, Point]:
    """Return the first step that is beyond by the quick and the sure measure, and the last before it that is not by the sure one.

    `start` is before the target. Raises ValueError where no step reaches it.
    """
    passed = [start]
    for step in steps:
        if quick(step) >= 0 and (over := sure(step)) >= 0:
            return _last_before(passed, sure, Point(step, over))
        passed.append(Point(step, 0.0))
    raise ValueError(f"the loss does not reach its target by step {passed[-1].at:g}; teach it more often or for longer")


def _last_before(passed: list[Point], sure: Callable[[int], float], high: Point) -> tuple[Point, Point]:
    for seen in reversed(passed[1:]):
        low = Point(seen.at, sure(int(seen.at)))
        if low.beyond < 0:
            return low, high
        high = low
    return passed[0], high


def nearest(low: float, high: float, measure: Callable[[float], float], near: float, most: int) -> Point:
    """Search the line from 0 (beyond by `low` < 0) to 1 (by `high` >= 0); return the nearest place measured.

    False position, the Illinois way: an end that stays a second time counts half, so that a bend does not hold the search
    at one side. It ends when a place lies within `near` of the target, or after `most` measurements.
    """
    left, right = Point(0.0, low), Point(1.0, high)
    best, last = min(left, right, key=lambda point: abs(point.beyond)), Point(0.5, 0.0)
    for _ in range(most):
        if abs(best.beyond) <= near:
            break
        share = left.at + (right.at - left.at) * left.beyond / (left.beyond - right.beyond)
        found = Point(round(share, 6), measure(round(share, 6)))
        best = min(best, found, key=lambda point: abs(point.beyond))
        if found.beyond < 0:
            left, right = found, right._replace(beyond=right.beyond / (2 if left is last else 1))
        else:
            left, right = left._replace(beyond=left.beyond / (2 if right is last else 1)), found
        last = found
    return best
