"""What a statement supports: the required targets that it meets, and the assurance that its evidence can carry.

The law: deleting a loss, an absence, evidence or an extension never makes a statement look better. So a target is met
only by a claim that is there, declares it, and derives it; and what is missing counts as the lowest assurance.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dls.document.reader import Document, Node
from dls.judging.context import Case
from dls.judging.judgement import derived
from dls.model import Assurance, Claim, Evidence, ProfileTarget, Statement
from dls.model.parties import same_party
from dls.scenarios.profile import Profile

LEVELS: tuple[Assurance, ...] = ("declared", "consistent", "recomputed", "reproduced", "independently_reproduced")


class Assessment(NamedTuple):
    """The profile's targets, met and unmet, and the highest assurance that the statement's evidence can carry."""

    met_targets: tuple[ProfileTarget, ...]
    unmet_targets: tuple[ProfileTarget, ...]
    assurance: Assurance


def assess(
    statement: Statement, profile: Profile, confirmed: Mapping[int, frozenset[str]] = MappingProxyType({})
) -> Assessment:
    """Return what a statement supports, from its printed numbers alone; no evidence is opened.

    A third party's statement meets no target, whatever it says.

    Args:
        statement: what is judged.
        profile: by what.
        confirmed: the ids of the claims that a report confirms, by its place among the listed ones; of a report that is
            not at hand nothing is known, and what the statement says of it is only claimed.
    """
    case = _assessed(statement, profile)
    case.confirmed = confirmed
    met = tuple(target for target in profile.targets if case.is_met(target))
    unmet = tuple(target for target in profile.targets if target not in met)
    levels = [case.level(target) for target in profile.targets]
    return Assessment(met, unmet, LEVELS[min(levels, default=0)])


def independently_reproduced(statement: Statement, profile: Profile, confirmed: frozenset[str]) -> bool:
    """Whether every target of a profile has a claim whose records can be had and which is among the confirmed ones.

    Args:
        statement: what is judged.
        profile: by what; one without targets establishes nothing.
        confirmed: the ids of the claims that signed reports of other parties, under keys that the reader trusts, confirm.
    """
    case = _assessed(statement, profile)
    return bool(profile.targets) and all(case.is_confirmed(target, confirmed) for target in profile.targets)


def _assessed(statement: Statement, profile: Profile) -> "_Assessed":
    return _Assessed(Document("", None, Node(1, 1, None, None)), statement, Path(), profile)


class _Assessed(Case):
    """A case that is judged by a profile of the reader's choice, and whose folder is not looked at."""

    def __init__(self, document: Document, statement: Statement, folder: Path, profile: Profile) -> None:
        super().__init__(document, statement, folder)
        self.__dict__["_loaded"] = (profile, None)
        self.__dict__["bundles"] = ()
        self.confirmed: Mapping[int, frozenset[str]] = {}

    def is_met(self, target: ProfileTarget) -> bool:
        """Whether a claim declares the target preserved and its numbers derive it."""
        return self.statement.issuer.role == "publisher" and any(
            self._meets(claim, target) for claim in self.designated(target)
        )

    def level(self, target: ProfileTarget) -> int:
        """Return the index of the highest assurance that the evidence for a target can carry."""
        return max((self._claim_level(claim) for claim in self.designated(target)), default=0)

    def is_confirmed(self, target: ProfileTarget, confirmed: frozenset[str]) -> bool:
        """Whether a confirmed claim is about a target and has records."""
        return any(
            claim.id in confirmed and self._records_level(claim) == LEVELS.index("recomputed")
            for claim in self.designated(target)
        )

    def designated(self, target: ProfileTarget) -> Iterator[Claim]:
        """Yield the claims that a target is about: against the teacher, on the probe's own items, no part of them."""
        return (claim for claim, wanted in self._on_own_items if target in wanted)

    @cached_property
    def _on_own_items(self) -> list[tuple[Claim, tuple[ProfileTarget, ...]]]:
        return [(claim, self.wanted(claim)) for claim in self.statement.claims if claim.on is None]

    def _meets(self, claim: Claim, target: ProfileTarget) -> bool:
        metric = self.metrics.get(claim.metric)
        if metric is None or claim.outcome not in ("preserved", "inconclusive", "lost"):
            return False
        return any(
            own.outcome == "preserved"
            and self.planned(claim, own) == target
            and derived(claim, own, self.circumstances(claim, metric), target.n).outcome == "preserved"
            for own in claim.targets
        )

    def _claim_level(self, claim: Claim) -> int:
        level = self._records_level(claim)
        return max(level, self._reproduced_level(claim)) if level == LEVELS.index("recomputed") else level

    def _records_level(self, claim: Claim) -> int:
        return min((_evidence_level(self.evidence.get(name)) for name in claim.evidence), default=0)

    def _reproduced_level(self, claim: Claim) -> int:
        issuer = self.statement.issuer.name
        return max(
            (
                _reproduction_level(listed.by, issuer)
                for i, listed in enumerate(self.statement.reproductions)
                if i not in self.confirmed or claim.id in self.confirmed[i]
            ),
            default=0,
        )


def _evidence_level(evidence: Evidence | None) -> int:
    if evidence is None or evidence.kind == "claimed":
        return LEVELS.index("declared")
    if evidence.kind == "transcribed" or evidence.availability == "withheld":
        return LEVELS.index("consistent")
    return LEVELS.index("recomputed")


def _reproduction_level(by: str, issuer: str) -> int:
    return LEVELS.index("reproduced" if same_party(by, issuer) else "independently_reproduced")


def lowest(levels: Iterable[Assurance]) -> Assurance:
    """Return the lowest of some levels, `declared` where there is none."""
    return min(levels, key=LEVELS.index, default="declared")
