"""The verdicts on fresh items: these items alone decide, and nothing is pooled.

Pooled with published items whose seed was shopped for, a student at the margin would come out `preserved` far too
often (`python -m simulations.draws`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from dls.judging.claimed_profile import is_required
from dls.judging.context import RuleContext
from dls.model import Replication
from dls.model.reproduction_report import ClaimNumbers
from dls.statistics.multiplicity import holm
from dls.verifying.tolerance import BORDERLINE, REFUTED
from dls_probes.reproduction.comparer import values_of
from dls_probes.reproduction.fresh_claim import FreshClaim
from dls_probes.reproduction.part_agreements import combined_p

_FreshVerdict = Literal["refuted", "borderline", "replicated", "agrees"]
_WORST_FIRST: tuple[_FreshVerdict, ...] = ("refuted", "borderline", "replicated", "agrees")


class Word(NamedTuple):
    """A verdict on fresh items, its reason, and the p-value behind it before and after Holm's correction."""

    verdict: _FreshVerdict
    reason: str
    p: float | None
    adjusted_p: float | None


def replications(context: RuleContext, claims: Mapping[int, FreshClaim]) -> dict[int, Replication]:
    """Return the verdict on each claim, by its index, after the p-values of all are adjusted.

    Holm's correction covers the targets that are claimed `preserved`, and apart from them the numbers of all other
    claims; required claims and others are families of their own.
    """
    targets = _adjusted(context, {index: [target.p for target in entry.targets] for index, entry in claims.items()})
    numbers = _adjusted(context, {index: [combined_p(entry.agreements)] for index, entry in claims.items()})
    words = {
        index: [*_target_words(entry, targets[index]), *_number_words(entry, *numbers[index])]
        for index, entry in claims.items()
    }
    return {index: _replication(entry, words[index]) for index, entry in claims.items()}


def _adjusted(context: RuleContext, p_values: Mapping[int, Sequence[float | None]]) -> dict[int, list[float | None]]:
    result: dict[int, list[float | None]] = {}
    for family in (True, False):
        members = [index for index in p_values if is_required(context, context.statement.claims[index]) is family]
        corrections = iter(holm([p for index in members for p in p_values[index] if p is not None]))
        result |= {index: [None if p is None else next(corrections) for p in p_values[index]] for index in members}
    return result


def _target_words(entry: FreshClaim, corrections: Sequence[float | None]) -> Iterator[Word]:
    n = entry.items.n
    for target, adjusted_p in zip(entry.targets, corrections, strict=True):
        is_refuted = target.outcome == "lost" and adjusted_p is not None and adjusted_p < REFUTED
        verdict: _FreshVerdict = "refuted" if is_refuted else "borderline"
        if target.outcome == "preserved":
            yield Word("replicated", f"preserved on {n:,} fresh units too", target.p, adjusted_p)
        else:
            yield Word(verdict, f"claimed preserved, and {target.outcome} on {n:,} fresh units", target.p, adjusted_p)


def _number_words(entry: FreshClaim, adjusted_p: float | None) -> Iterator[Word]:
    if not entry.agreements:
        return
    n, p = entry.items.n, combined_p(entry.agreements)
    is_fixed = any(agreement.p is None and not agreement.within for agreement in entry.agreements)
    if is_fixed or (adjusted_p is not None and adjusted_p < BORDERLINE):
        is_refuted = is_fixed or (adjusted_p is not None and adjusted_p < REFUTED)
        yield Word("refuted" if is_refuted else "borderline", _shift(entry), p, adjusted_p)
    else:
        yield Word("agrees", f"the numbers agree with those of {n:,} fresh units", p, adjusted_p)


def _shift(entry: FreshClaim) -> str:
    worst = min(entry.agreements, key=lambda agreement: -1.0 if agreement.p is None else agreement.p)
    return (
        f"on {entry.items.n:,} fresh units {worst.part} differs by {worst.difference:.4g}, and an honest run may "
        f"differ by {worst.smallest_forgery(len(entry.agreements)):.4g}"
    )


def _replication(entry: FreshClaim, words: Sequence[Word]) -> Replication:
    if not words:
        reason = "its numbers have no interval that would separate a difference from chance"
        return Replication(verdict="not_drawn", reason=reason)
    verdict, reason, p, adjusted_p = min(words, key=lambda word: _WORST_FIRST.index(word.verdict))
    return Replication(
        verdict=verdict,
        reason=reason,
        seed=entry.items.seed,
        n=entry.items.n,
        reproduced=ClaimNumbers(**values_of(entry.measurement), outcome=entry.outcome),
        p=p,
        adjusted_p=adjusted_p,
    )
