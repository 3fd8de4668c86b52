"""The verdict on a statement in one line: the targets of its profile that are met, and what became of the rest.

It follows from the statement and its profile alone, by the same assessment that `dls validate` prints.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from dls.judging.assess import assess_statement
from dls.judging.context import RuleContext
from dls.model import ProfileTarget
from dls.scenarios.profile import Profile

State = Literal["lost", "inconclusive", "not measured"]
_OUTCOMES = ("lost", "inconclusive", "preserved")
_STATES: tuple[State, ...] = ("lost", "inconclusive", "not measured")


def verdict_line(context: RuleContext, profile: Profile) -> str:
    """Return the verdict, without a stop: how many targets are met, what became of the rest, and the assurance."""
    assessment = assess_statement(context.statement, profile)
    states = list(_states(context, assessment.unmet_targets))
    met_count, total = len(assessment.met_targets), len(profile.targets)
    parts = [f"{met_count} of {total} {'target' if total == 1 else 'targets'} met"]
    counts, open_counts = Counter(state for state, _ in states), Counter(states)
    parts += [
        f"{counts[state]} {state}{_acceptance(counts[state], open_counts[state, False])}"
        for state in _STATES
        if counts[state]
    ]
    if context.statement.issuer.role == "third_party":
        parts.append("a third party's statement meets none")
    return f"{', '.join(parts)}; assurance claimed: {context.statement.assurance.replace('_', ' ')}"


def _acceptance(total: int, open_count: int) -> str:
    if open_count == 0:
        return " and accepted"
    return " and not accepted" if open_count == total else f" ({open_count} of them not accepted)"


def _states(context: RuleContext, targets: tuple[ProfileTarget, ...]) -> Iterator[tuple[State, bool]]:
    """Yield what became of each target that is not met, and whether an acceptance covers it."""
    statement = context.statement
    names = {acceptance.claim for acceptance in statement.acceptances if acceptance.claim}
    for target in targets:
        entries = [
            (claim.id, entry.outcome)
            for claim in statement.claims
            if target in context.required_targets(claim)
            for entry in claim.targets
            if context.profile_target(claim, entry) == target
        ]
        if not entries:
            yield "not measured", _is_absence_accepted(context, target)
            continue
        name, outcome = min(entries, key=lambda entry: _OUTCOMES.index(entry[1]))
        if outcome != "preserved":  # by a third party, which meets no target
            yield outcome, name in names


def _is_absence_accepted(context: RuleContext, target: ProfileTarget) -> bool:
    return any(
        acceptance.claim is None
        and acceptance.dimension == target.dimension
        and acceptance.metric in (None, target.metric)
        for acceptance in context.statement.acceptances
    )
