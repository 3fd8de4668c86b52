import math

import pytest

from dls.measurement import checks, measure
from dls.probes.uncertainty_lottery import PROBE, LotteryRecord

ITEMS = PROBE.items(1, 100)


def error(spread):
    """Return the error of a model that gives the colours of a bag with odds p and 1 − p these probabilities."""
    records = [LotteryRecord(item.id, tuple(math.log(x) for x in spread(item.counts[0] / 10))) for item in ITEMS]
    (found,) = measure(PROBE, ITEMS, {"student": records})
    return found.student.value


def test_the_odds_of_the_bag_have_no_error():
    assert error(lambda p: (p, 1 - p)) == 0


def test_what_goes_to_other_answers_is_error():
    assert error(lambda p: (0.8 * p, 0.8 * (1 - p))) == pytest.approx(0.2)


def test_error_is_half_of_the_gaps():
    mean = sum(abs(item.counts[0] / 10 - 0.5) for item in ITEMS) / len(ITEMS)
    assert error(lambda _: (0.5, 0.5)) == pytest.approx(mean, abs=1e-4)


def test_always_naming_the_likelier_colour_is_worse_than_the_odds():
    assert error(lambda p: (0.999, 0.001) if p > 0.5 else (0.001, 0.999)) > 0.2


def test_a_model_that_names_no_colour_of_the_bag_does_not_pass_the_check():
    (check,) = checks(PROBE, ITEMS, {"student": [PROBE.failed(item) for item in ITEMS]})
    assert not check.passed
