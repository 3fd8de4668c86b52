"""The targets of a profile that a statement meets, counted: those on the issuer's own data apart."""

from collections.abc import Collection
from typing import NamedTuple

from dls.model import ProfileTarget
from dls.scenarios.profile import Profile


class TargetCounts(NamedTuple):
    """How many targets are met, of how many; those on the issuer's own data stand in neither of the first two."""

    met: int = 0
    targets: int = 0
    own_met: int = 0
    own_targets: int = 0

    @property
    def own_clause(self) -> str:
        """The targets on the issuer's own data in words; empty where there is none."""
        return f"{self.own_met} of {self.own_targets} on own data met" if self.own_targets else ""


def count_targets(profile: Profile, met: Collection[ProfileTarget]) -> TargetCounts:
    """Count a profile's targets, of which ``met`` are met."""
    apart = [target for target in profile.targets if profile.is_on_own_data(target)]
    hits = sum(target in met for target in apart)
    return TargetCounts(len(met) - hits, len(profile.targets) - len(apart), hits, len(apart))
