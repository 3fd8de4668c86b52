"""The changes of claims: of their outcomes, losses, targets, items and evidence."""

from collections.abc import Iterator

from dls.judging.assess import LEVELS, own_level
from dls.model import LIMITS, Claim, Target
from dls.revisions.change import Change, Kind
from dls.revisions.leaves import further_changes
from dls.revisions.sides import Side

ClaimKey = tuple[str, str | None, tuple[str | None, ...], str, int]
"""Metric, probe, data set, comparator, and the number among claims that are equal in these."""

_RANKS = {"lost": 0, "inconclusive": 1, "preserved": 2}
_PATHS = frozenset((
    *("items/n", "probe/version", "loss/value", "loss/interval/low", "loss/interval/high"),
    *("teacher/value", "reference/value", "student/value", "pair/value"),
))  # fmt: skip
"""The single values of a claim whose changes have a sentence of their own."""
_LAXER_ABOVE = ("margin", "cap")


def claims_by_key(side: Side) -> dict[ClaimKey, Claim]:
    """Return the claims of a statement by the members that make a claim unique."""
    claims: dict[ClaimKey, Claim] = {}
    for claim in side.statement.claims:
        on = claim.on
        place = (on.dataset, on.config, on.split, on.revision, on.slice) if on else ()
        probe = claim.probe.id if claim.probe else None
        count = 0
        while (key := (claim.metric, probe, place, claim.comparator, count)) in claims:
            count += 1
        claims[key] = claim
    return claims


def claim_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of claims, in the order of the old statement, then the claims that appeared."""
    before, after = claims_by_key(old), claims_by_key(new)
    for key, claim in before.items():
        if key in after:
            yield from _changes(old, new, claim, after[key])
        else:
            yield Change("less", "claims", name_of(claim), "disappeared", claim.outcome)
    for key, claim in after.items():
        if key not in before:
            yield Change("more", "claims", name_of(claim), "appeared", None, claim.outcome)


def name_of(claim: Claim) -> str:
    """Return the metric of a claim with its probe or data set, and with a comparator other than the teacher."""
    on = claim.on
    parts = [claim.metric]
    if claim.probe is not None:
        parts.append(f"by {claim.probe.id}")
    if on is not None:
        parts.append(f"on {'/'.join(part for part in (on.dataset, on.config, on.split, on.slice) if part)}")
    if claim.comparator != "teacher":
        parts.append(f"against {claim.comparator}")
    return " ".join(parts)


def _changes(old: Side, new: Side, before: Claim, after: Claim) -> Iterator[Change]:
    name = name_of(after)
    yield from _outcome(name, before, after)
    yield from _targets(name, before, after)
    n_before, n_after = (claim.items.n if claim.items else None for claim in (before, after))
    if n_before != n_after:
        kind: Kind = "less" if (n_after or 0) < (n_before or 0) else "more"
        yield Change(kind, "claims", name, "items", _text(n_before), _text(n_after))
    levels = own_level(before, old.context.evidence), own_level(after, new.context.evidence)
    if levels[0] != levels[1]:
        problem = "lost its evidence" if levels[1] < levels[0] else "gained evidence"
        kind = "less" if levels[1] < levels[0] else "more"
        yield Change(kind, "claims", name, problem, *(LEVELS[level] for level in levels))
    elif (files := _evidence(old, before)) != (other_files := _evidence(new, after)):
        yield Change("changed", "claims", name, "evidence", files, other_files)
    yield from _details(name, before, after)


def _details(name: str, before: Claim, after: Claim) -> Iterator[Change]:
    """Yield the changes that are neither better nor worse, and the values that are gone."""
    for member in ("reason", "marks"):
        values = getattr(before, member), getattr(after, member)
        if values[0] != values[1]:
            yield Change("changed", "claims", name, member, *map(_text, values))
    for arm in ("teacher", "reference", "student"):
        numbers = [reading.value if reading else None for reading in (getattr(before, arm), getattr(after, arm))]
        if numbers[0] != numbers[1]:
            kind: Kind = "less" if numbers[1] is None else "changed"
            yield Change(kind, "claims", name, f"value of the {arm}", *map(_text, numbers))
    versions = [claim.probe.version if claim.probe else None for claim in (before, after)]
    if versions[0] != versions[1]:
        yield Change("changed", "claims", name, "version of the probe", *versions)
    yield from further_changes("claims", name, before, after, _is_covered)


def _is_covered(path: str) -> bool:
    first, *_, last = [*path.split("/"), ""] if "/" not in path else path.split("/")
    if first == "targets":
        return last in (*LIMITS, "chance", "outcome", "kind")
    return first in ("outcome", "reason", "marks", "evidence", "id") or path in _PATHS


def _evidence(side: Side, claim: Claim) -> str:
    """Return the starts of the digests of a claim's evidence, or its ids where there are none."""
    entries = (side.context.evidence.get(name) for name in claim.evidence)
    return ", ".join(sorted((entry.sha256 or entry.id)[:12] for entry in entries if entry is not None))


def _outcome(name: str, before: Claim, after: Claim) -> Iterator[Change]:
    """Yield the change of the outcome; where it stays, that of the loss, by its interval where there is one."""
    ranks = _RANKS.get(before.outcome), _RANKS.get(after.outcome)
    loss = _loss(name, before, after)
    if before.outcome == after.outcome:
        yield from () if loss is None else (loss,)
        return
    if ranks[1] is None:
        kind: Kind = "less"
    elif ranks[0] is None:
        kind = "more"
    else:
        kind = "better" if ranks[1] > ranks[0] else "worse"
    yield Change(kind, "claims", name, "outcome", before.outcome, after.outcome)
    if loss is not None and loss.kind in ("less", "changed"):
        yield loss


def _loss(name: str, before: Claim, after: Claim) -> Change | None:
    """Return the change of the loss, or of a pair's value.

    It is better or worse where the two intervals have no point in common.
    """
    if before.loss is None or after.loss is None:
        pairs = before.pair, after.pair
        if pairs[0] == pairs[1] and before.loss == after.loss:
            return None
        kind: Kind = "less" if before.loss and not after.loss else "changed"
        values = [claim.loss or claim.pair or claim.student for claim in (before, after)]
        return Change(kind, "claims", name, "value", *(_text(entry.value if entry else None) for entry in values))
    if before.loss == after.loss:
        return None
    first, second = before.loss.interval, after.loss.interval
    kind = "changed"
    if first is not None and second is None:
        kind = "less"
    elif first is not None and second is not None and first.high < second.low:
        kind = "worse"
    elif first is not None and second is not None and second.high < first.low:
        kind = "better"
    return Change(kind, "claims", name, "loss", *(_loss_text(claim) for claim in (before, after)))


def _loss_text(claim: Claim) -> str | None:
    if claim.loss is None:
        return None
    interval = claim.loss.interval
    return f"{claim.loss.value}" if interval is None else f"{claim.loss.value} ({interval.low} to {interval.high})"


def _targets(name: str, before: Claim, after: Claim) -> Iterator[Change]:
    first, second = _targets_by_form(before), _targets_by_form(after)
    for form in dict.fromkeys((*first, *second)):
        old, new = first.get(form), second.get(form)
        limits = _limit(old) if old else None, _limit(new) if new else None
        if limits[0] != limits[1]:
            yield Change(_kind(form[1], *limits), "claims", name, f"target: {form[1]}", *map(_text, limits))
        if old and new and old.chance != new.chance:
            yield Change("changed", "claims", name, "target: chance", _text(old.chance), _text(new.chance))
        if old and new and old.outcome != new.outcome:
            kind: Kind = "better" if _RANKS[new.outcome] > _RANKS[old.outcome] else "worse"
            yield Change(kind, "claims", name, f"outcome of the target: {form[1]}", old.outcome, new.outcome)


def _targets_by_form(claim: Claim) -> dict[tuple[str, str, int], Target]:
    """Return the targets by kind, by the member that states their limit, and by their number among equal ones."""
    targets: dict[tuple[str, str, int], Target] = {}
    for target in claim.targets:
        limit = next(name for name in LIMITS if getattr(target, name) is not None)
        count = sum(form[:2] == (target.kind, limit) for form in targets)
        targets[target.kind, limit, count] = target
    return targets


def _limit(target: Target) -> float:
    return next(float(limit) for name in LIMITS if (limit := getattr(target, name)) is not None)


def _kind(limit: str, old: float | None, new: float | None) -> Kind:
    """Return `less` for a target that is gone or laxer, `more` for one that is new or stricter."""
    if old is None or new is None:
        return "more" if old is None else "less"
    return "less" if (new > old) == (limit in _LAXER_ABOVE) else "more"


def _text(value: object) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or None
    return None if value is None else str(value)
