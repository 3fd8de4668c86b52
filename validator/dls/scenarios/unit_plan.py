"""The number of units that a profile plans for a probe: a run asks exactly as many."""

from dls.probe import Probe
from dls.scenarios.profile import Profile
from dls.standard.registry import metric


def planned_units(profile: Profile, probe: Probe) -> int:
    """Return the number of independent units that a run of a probe takes under a profile, from 1.

    It is the largest plan of the profile's targets for the probe. A probe without a target gets as many units as the
    intervals of its metrics need.
    """
    plans = [target.n for name in probe.metrics for target in profile.targets_of(name, probe.id)]
    return max(plans or [metric(name).smallest_n or 1 for name in probe.metrics])
