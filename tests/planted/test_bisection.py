"""The search finds where a growing loss reaches its target: on lines, bends and jumps, and despite quick errors."""

import math

import pytest
from planted.bisection import Point, bracket, nearest

START = Point(0, -1.0)
STEPS = range(5, 301, 5)
LOSSES = {
    "a line": lambda x: x - 0.3,
    "a bend": lambda x: x**4 - 0.1,
    "a sharp knee": lambda x: max(0.0, x - 0.85) * 6 - 0.1,
    "a curve that flattens": lambda x: 1 - math.exp(-8 * x) - 0.5,
}


def test_the_bracket_is_the_first_step_beyond_and_the_one_before_it():
    low, high = bracket(STEPS, lambda step: step - 22, lambda step: step - 22, START)
    assert (low, high) == (Point(20, -2), Point(25, 3))


def test_a_quick_measurement_that_is_early_does_not_end_the_training():
    low, high = bracket(STEPS, lambda step: step - 12, lambda step: step - 22, START)
    assert (low.position, high.position) == (20, 25)


def test_a_quick_measurement_that_is_late_is_corrected_by_going_back():
    low, high = bracket(STEPS, lambda step: step - 41, lambda step: step - 22, START)
    assert (low, high) == (Point(20, -2), Point(25, 3))


def test_a_loss_that_the_first_step_reaches_lies_between_the_start_and_it():
    assert bracket(STEPS, lambda step: step - 1, lambda step: step - 1, START) == (START, Point(5, 4))


def test_the_precise_measurement_is_not_made_where_the_quick_one_is_short():
    steps = []
    bracket(STEPS, lambda step: step - 22, lambda step: steps.append(step) or step - 22, START)
    assert steps == [25, 20]


def test_a_loss_that_never_reaches_its_target_is_reported_with_the_last_step():
    with pytest.raises(ValueError, match="by step 300; teach it more often or for longer"):
        bracket(STEPS, lambda _: -1.0, lambda _: -1.0, START)


@pytest.mark.parametrize("name", LOSSES)
def test_the_search_ends_near_the_target(name):
    loss = LOSSES[name]
    point = nearest(loss(0), loss(1), loss, tolerance=0.01, limit=12)
    assert abs(point.excess) <= 0.01
    assert point.excess == loss(point.position)


def test_the_search_of_a_jump_returns_its_nearer_side():
    point = nearest(-0.2, 0.9, lambda x: -0.2 if x < 0.5 else 0.9, tolerance=0.01, limit=3)
    assert point.excess == -0.2


def test_an_end_that_is_near_enough_is_taken_without_a_measurement():
    assert nearest(-0.5, 0.004, lambda _: pytest.fail("measured"), tolerance=0.01, limit=3) == Point(1.0, 0.004)
