"""A run may ask as few units as somebody likes: what can be measured is, and what cannot says so."""

import pytest

from dls.errors import DlsError
from dls.measuring.measure import measured_metrics
from dls.probes import grounding_worlds
from dls.probes.collection import PROBES


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_two_units_are_enough_to_be_measured(probe):
    items = probe.items(1, 2)
    arms = ("teacher", "student", *(["pair"] if probe.pair else []))
    assert measured_metrics(probe, items, {arm: [probe.shape(arm).failed(item) for item in items] for arm in arms})


def test_a_metric_about_none_of_the_items_is_refused_and_says_what_to_do():
    probe = grounding_worlds.PROBE
    (alone,) = probe.items(1, 1)  # the first world has no distractors
    with pytest.raises(DlsError, match=r"distractor_robustness: .* ask for more with --n"):
        measured_metrics(probe, [alone], {"teacher": [probe.failed(alone)]})
