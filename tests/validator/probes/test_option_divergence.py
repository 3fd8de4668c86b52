"""Two models are compared on the options and on the rest in one bucket, and nothing is renormalised."""

import math

import pytest
from scipy.spatial.distance import jensenshannon

from dls.measuring.measure import measured_metrics, unit_rows
from dls.probes import headline_multiple_choice
from dls.probes.shared.choice import ChoiceRecord

ITEMS = headline_multiple_choice.items(1, 1)


def record(*probabilities: float) -> ChoiceRecord:
    return ChoiceRecord(ITEMS[0].id, (tuple(math.log(p) for p in probabilities),))


def apart(teacher: ChoiceRecord, student: ChoiceRecord) -> float:
    measure = next(m for m in headline_multiple_choice.PROBE.measures if m.metric == "option_jsd")
    return unit_rows(measure, ITEMS, [teacher], [student])[0]


def test_the_divergence_is_that_of_options_and_rest() -> None:
    teacher, student = (0.5, 0.2, 0.1, 0.1), (0.1, 0.1, 0.1, 0.1)
    expected = jensenshannon([*teacher, 0.1], [*student, 0.6]) ** 2
    assert apart(record(*teacher), record(*student)) == pytest.approx(expected, abs=1e-12)


def test_the_same_shares_of_another_mass_are_another_distribution() -> None:
    assert apart(record(0.4, 0.2, 0.1, 0.1), record(0.04, 0.02, 0.01, 0.01)) > 0.1


def test_a_model_agrees_with_itself() -> None:
    assert apart(record(0.7, 0.1, 0.1, 0.1), record(0.7, 0.1, 0.1, 0.1)) == 0.0


def test_options_that_share_nothing_are_as_far_apart_as_can_be() -> None:
    far = apart(record(1 - 3e-30, 1e-30, 1e-30, 1e-30), record(1e-30, 1 - 3e-30, 1e-30, 1e-30))
    assert far == pytest.approx(math.log(2))


def test_masses_a_rounding_above_one_have_no_rest() -> None:
    over = ChoiceRecord(ITEMS[0].id, ((0.0005, -30.0, -30.0, -30.0),))
    assert 0.0 <= apart(over, record(0.25, 0.25, 0.25, 0.25)) <= math.log(2)


def test_the_headline_measures_it_on_the_pair() -> None:
    items = headline_multiple_choice.items(1, 100)
    records = [headline_multiple_choice.PROBE.failed(item) for item in items]
    result = {
        m.metric: m
        for m in measured_metrics(headline_multiple_choice.PROBE, items, {"teacher": records, "student": records})
    }
    assert result["option_jsd"].pair is not None
    assert result["option_jsd"].pair.value == 0.0
