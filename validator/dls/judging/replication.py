"""The fresh items of a verifier's draw: how many a claim gets, from which seed, and which claims get none."""

from typing import NamedTuple

from dls.judging.claimed_profile import profile_of
from dls.judging.conditions import pair_keys, planned_n
from dls.judging.context import RuleContext
from dls.judging.seed import PairKeys, derived_seed
from dls.model import Claim, ReproductionReport
from dls.probes import GENERATED_IDS
from dls.scenarios.profile import Profile

_OWN_FILE = "its items stand in a file that its publisher chose, and no seed makes others like them"
STANDS = ("replicated", "agrees")
"""The verdicts of a replication under which a claim stands on fresh items."""


class PairAndProfile(NamedTuple):
    """The signed parts of a draw: the keys of both models, and the digest of the profile."""

    keys: PairKeys
    profile_sha256: str


class FreshItems(NamedTuple):
    """The seed of fresh items and their number of independent units, from 1."""

    seed: int
    n: int


def pair_and_profile(context: RuleContext) -> PairAndProfile | None:
    """Return the parts of a statement that a draw signs; None where a model has no key."""
    statement = context.statement
    keys = pair_keys(statement.teacher, statement.student)
    return None if keys is None else PairAndProfile(keys, profile_of(context).sha256)


def without_fresh_items(context: RuleContext, claim: Claim) -> str | None:
    """Return why a claim cannot get fresh items; None where it can."""
    if context.profile is None:
        return "the profile is missing, and it plans the number of fresh units"
    if claim.probe is None or claim.items is None or claim.on is not None or context.kinds(claim) != {"regenerated"}:
        return "it was measured on given data, and no seed makes others like them"
    if context.profile.data_of(claim.probe.id) is not None:
        return _without_unseen_units(context.profile, claim)
    if claim.probe.id not in GENERATED_IDS or any(manifest.items.file for manifest in context.manifests(claim)):
        return _OWN_FILE
    return None


def _without_unseen_units(profile: Profile, claim: Claim) -> str | None:
    """Return why a claim on a pinned file cannot get units of it that its publisher did not ask; None where it can."""
    assert claim.probe is not None
    targets = [target for target in profile.targets if target.probe == claim.probe.id and target.data]
    is_other = claim.items is None or any(target.data.sha256 != claim.items.data for target in targets if target.data)
    return _OWN_FILE if is_other or any(map(profile.is_on_own_data, targets)) else None


def unseen_units(context: RuleContext, claim: Claim) -> int | None:
    """Return how many units of its pinned file a claim leaves to a verifier's draw; None without such a file."""
    pin = context.profile.data_of(claim.probe.id) if context.profile and claim.probe else None
    return None if pin is None or claim.items is None else pin.units - claim.items.n


def fresh_items(context: RuleContext, claim: Claim, factor: int, nonce: str) -> FreshItems | None:
    """Return the fresh items of a claim under a draw; None where it gets none.

    A claim on fewer units than planned, as in a pilot, gets fresh units in proportion.

    Args:
        context: of the statement.
        claim: one of its claims.
        factor: fresh units for each planned unit; 0 asks none.
        nonce: of the draw, 64 hexadecimal digits.
    """
    parts = pair_and_profile(context)
    plan = planned_n(context.profile, claim)
    if not factor or parts is None or plan is None or without_fresh_items(context, claim) is not None:
        return None
    assert claim.probe is not None
    assert claim.items is not None
    n, name = factor * min(plan, claim.items.n), f"{claim.probe.id}@{claim.probe.version}"
    return FreshItems(derived_seed(parts.profile_sha256, parts.keys, name, n, nonce), n)


def replicated_claims(report: ReproductionReport) -> frozenset[str]:
    """Return the ids of the claims that stand on the fresh items of a report's signed draw."""
    if report.draw is None or report.draw.signature is None:
        return frozenset()
    return frozenset(
        entry.id for entry in report.claims if entry.replication is not None and entry.replication.verdict in STANDS
    )


def seed_problem(context: RuleContext, report: ReproductionReport) -> str | None:
    """Return why the fresh items of a report do not follow from its draw, as a sentence; None where they do."""
    claims = {claim.id: claim for claim in context.statement.claims}
    for entry in report.claims:
        replication = entry.replication
        if report.draw is None or replication is None or replication.verdict == "not_drawn":
            continue
        claim = claims.get(entry.id)
        items = fresh_items(context, claim, report.draw.factor, report.draw.nonce) if claim else None
        if items is None or (replication.seed, replication.n) != items:
            expectation = f"seed {items.seed} and {items.n} units" if items else "none"
            return (
                f"claim '{entry.id}' was asked fresh items with seed {replication.seed} and {replication.n} units; "
                f"its draw gives {expectation}"
            )
    return None
