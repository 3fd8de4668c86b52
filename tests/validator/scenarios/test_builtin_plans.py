"""The plans of the built-in profiles: a student without loss comes out preserved in at least 95 % of samples."""

import pytest

from dls.probes.catalogue import find_probe
from dls.scenarios.detection import allowed_loss, smallest_detectable_loss
from dls.scenarios.profile import builtin_ids, load_profile
from dls.scenarios.unit_plan import planned_units
from dls.standard.registry import metric

SHARE = 0.75  # of the allowed loss; at 1 a student without loss is preserved in 80 % of samples only
TARGETS = [
    pytest.param(target, id=f"{name}-{target.metric}-{target.kind}")
    for name in builtin_ids()
    for target in load_profile(name).targets
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_built_in_target_detects_three_quarters_of_the_loss_that_it_allows(target):
    definition = metric(target.metric)
    assert smallest_detectable_loss(target, definition) <= SHARE * allowed_loss(target, definition)


@pytest.mark.parametrize("name", builtin_ids())
def test_all_targets_of_a_probe_plan_the_units_that_its_run_asks(name):
    profile = load_profile(name)
    for target in profile.targets:
        assert target.n == planned_units(profile, find_probe(target.probe)), target.metric
