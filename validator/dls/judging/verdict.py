"""The verdict on a statement in words: the targets of its profile that are met, and the state of each that is not.

Cards and pages say it by this module alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from dls.judging.acceptance_duty import is_complete, owes_acceptances
from dls.judging.context import RuleContext
from dls.judging.judgement import repeats
from dls.judging.outcome import worst_outcome
from dls.judging.silences import speaks_of
from dls.judging.target_counts import TargetCounts, count_targets
from dls.model import Assurance, Claim, ClaimOutcome, ProfileTarget, Target
from dls.standard.registry import DIMENSIONS

State = Literal["lost", "inconclusive", "without a number", "inside of the limit but not counted"]
_OPEN: tuple[State, ...] = ("lost", "inconclusive", "without a number")
_IDLE: State = "inside of the limit but not counted"


class ClaimTarget(NamedTuple):
    """One target of one claim, with the outcome that counts for it."""

    claim: Claim
    target: Target
    outcome: ClaimOutcome


class StatementVerdict(NamedTuple):
    """The number of targets that are met, the numbers in each other state, and all that in clauses of words.

    ``met`` and ``targets`` leave out the targets on the issuer's own data, which a clause counts apart. ``gaps`` says
    how many dimensions have no number; it is empty where each has one.
    """

    met: int
    targets: int
    states: Counter[State]
    clauses: tuple[str, ...]
    gaps: str
    assurance: Assurance

    def line(self, *clauses: str) -> str:
        """Return the verdict as one line without a stop; further clauses stand behind its own."""
        return f"{', '.join((*self.clauses, *clauses))}{self.gaps}; assurance claimed: {level_name(self.assurance)}"


def verdict_of(
    context: RuleContext, met: Collection[ProfileTarget], entries: Sequence[ClaimTarget]
) -> StatementVerdict:
    """Return the verdict on a statement.

    Args:
        context: the statement, with its profile where that is at hand.
        met: the profile's targets that the statement meets.
        entries: each target of each claim, with its outcome.
    """
    targets = context.profile.targets if context.profile else ()
    states = [_state(context, target, entries) for target in targets if target not in met]
    counts, pairs = Counter(state for state, _ in states), Counter(states)
    sizes = count_targets(context.profile, met) if context.profile else TargetCounts()
    clauses = [*_withdrawal(context), _met_clause(context, sizes), *filter(None, [sizes.own_clause])]
    clauses += [_open_clause(context, state, counts[state], pairs[state, False]) for state in _OPEN if counts[state]]
    clauses += [f"{counts[_IDLE]} {_IDLE}"] if counts[_IDLE] else []
    clauses += [*_third_party(context), *_further_losses(context, targets, entries)]
    return StatementVerdict(
        sizes.met, sizes.targets, counts, tuple(clauses), _gaps(context), context.statement.assurance
    )


def level_name(level: Assurance) -> str:
    """Return a level of assurance in words."""
    return level.replace("_", " ")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _met_clause(context: RuleContext, sizes: TargetCounts) -> str:
    if context.profile is None:
        return "the profile is not at hand, so no target can be judged"
    own = "" if context.profile.builtin else " of the issuer's own profile"
    return f"{sizes.met} of {counted(sizes.targets, 'target')}{own} met"


def _open_clause(context: RuleContext, state: str, count: int, open_count: int) -> str:
    """Return a state with its number, and with the number of those that no acceptance answers for."""
    if not owes_acceptances(context.statement):
        return f"{count} {state}"
    if open_count in (0, count):
        return f"{count} {state} and {'not ' if open_count else ''}accepted"
    return f"{count} {state} ({open_count} of them not accepted)"


def _withdrawal(context: RuleContext) -> Iterator[str]:
    withdrawal = context.statement.withdrawal
    if context.statement.status is not None:
        yield f"withdrawn on {withdrawal.withdrawn_on}" if withdrawal else "withdrawn"


def _third_party(context: RuleContext) -> Iterator[str]:
    if context.profile is not None and context.statement.issuer.role == "third_party":
        yield "a third party's statement meets no target"


def _further_losses(
    context: RuleContext, targets: Sequence[ProfileTarget], entries: Sequence[ClaimTarget]
) -> Iterator[str]:
    """Yield the number of lost claims that speak of no target of the profile."""
    claims = {entry.claim.id: entry.claim for entry in entries if entry.outcome == "lost"}
    names = {
        name
        for name, claim in claims.items()
        if not any(claim.metric == target.metric and speaks_of(context, claim, target) for target in targets)
    }
    if names:
        words = "further claim lost" if len(names) == 1 else "further claims lost"
        yield _open_clause(context, words, len(names), len(names - _accepted_claims(context)))


def _state(context: RuleContext, target: ProfileTarget, entries: Sequence[ClaimTarget]) -> tuple[State, bool]:
    """Return the worst outcome of the claims about a target, and whether an acceptance answers for it."""
    about = [
        entry
        for entry in entries
        if entry.claim.metric == target.metric
        and repeats(entry.target, target)
        and speaks_of(context, entry.claim, target)
    ]
    if not about:
        return "without a number", _is_gap_accepted(context, target)
    worst = worst_outcome(entry.outcome for entry in about)
    names = {entry.claim.id for entry in about if entry.outcome == worst}
    return worst if worst in ("lost", "inconclusive") else _IDLE, names <= _accepted_claims(context)


def _accepted_claims(context: RuleContext) -> frozenset[str]:
    return frozenset(entry.claim for entry in context.statement.acceptances if entry.claim and is_complete(entry))


def _is_gap_accepted(context: RuleContext, target: ProfileTarget) -> bool:
    """Whether the statement says that a target has no number, and accepts that."""
    return any(
        absence.covers(target.dimension, target.metric, target.probe)
        and any(entry.covers(absence) and is_complete(entry) for entry in context.statement.acceptances)
        for absence in context.statement.absences
    )


def _gaps(context: RuleContext) -> str:
    count = len(set(DIMENSIONS) - {claim.dimension for claim in context.statement.claims})
    return f"; {counted(count, 'dimension')} without any number" if count else ""
