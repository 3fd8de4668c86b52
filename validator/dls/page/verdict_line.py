"""The verdict on a statement in one line of words."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from dls.checking.validate import Report
from dls.judging.assess import Assessment
from dls.judging.context import RuleContext
from dls.judging.outcome import OUTCOMES
from dls.judging.silences import speaks_of
from dls.model import Assurance, ProfileTarget
from dls.page.phrases import limit_text
from dls.page.view import Group, Row, VerdictLine

_NAMES = {"independently_reproduced": "independently reproduced"}
_ABSENT = "absent"
_OPEN = ("lost", "inconclusive", _ABSENT)


def level_name(level: Assurance) -> str:
    """Return a level of assurance in words."""
    return _NAMES.get(level, level)


def verdict_of(
    context: RuleContext,
    assessment: Assessment | None,
    groups: tuple[Group, ...],
    result: Report,
    level: Assurance,
) -> VerdictLine:
    """Return the verdict: the targets of the profile, met and open, and how far that is established."""
    unmet = assessment.unmet_targets if assessment else ()
    rows = [row for group in groups for row in group.rows]
    kinds = Counter(_kind(context, target, rows) for target in unmet)
    is_accepted = _is_accepted(groups)
    verdict = VerdictLine(
        met=len(assessment.met_targets) if assessment else 0,
        targets=len(context.profile.targets) if context.profile else 0,
        lost=kinds["lost"],
        inconclusive=kinds["inconclusive"],
        absent=kinds[_ABSENT],
        is_accepted=is_accepted,
        text="",
    )
    clauses = [*_counts(context, verdict, kinds), *_further_losses(context, rows, assessment)]
    text = f"{', '.join(clauses)}{_unmeasured(groups)}; {_assurance_text(context.statement.assurance, level)}"
    if result.errors:
        text = f"not valid as it stands ({_count(result.errors, 'error')}); by its own numbers {text}"
    return msgspec.structs.replace(verdict, text=text)


def _assurance_text(claim_level: Assurance, level: Assurance) -> str:
    claim = f"assurance claimed: {level_name(claim_level)}"
    if level == "declared":
        return f"{claim}, established here: nothing"
    return f"{claim}, established here: {level_name(level)}"


def _kind(context: RuleContext, target: ProfileTarget, rows: list[Row]) -> str:
    """Return why a target is not met: the worst outcome of its claims, or that there is none."""
    claims = {claim.id for claim in context.statement.claims if speaks_of(context, claim, target)}
    outcomes = [row.outcome for row in rows if row.claim in claims and _is_limit_of(row, target)]
    if not outcomes:
        return _ABSENT
    return min(outcomes, key=OUTCOMES.index)


def _is_limit_of(row: Row, target: ProfileTarget) -> bool:
    return row.metric == target.metric and row.limit == limit_text(target)  # type: ignore[arg-type]


def _counts(context: RuleContext, verdict: VerdictLine, kinds: Counter[str]) -> Iterator[str]:
    if context.profile is None:
        yield "the profile is not at hand, so no target can be judged"
        return
    own = "" if context.profile.builtin else " of the issuer's own profile"
    yield f"{verdict.met} of {_count(verdict.targets, 'target')}{own} met"
    counts = [f"{kinds[kind]} {'without a number' if kind == _ABSENT else kind}" for kind in _OPEN if kinds[kind]]
    if kinds["preserved"]:
        yield f"{kinds['preserved']} inside of the limit but not counted"
    if context.statement.issuer.role == "third_party":
        yield from (*counts, "a third party's statement meets no target")
    elif counts:
        yield " and ".join(counts) + _acceptance(sum(kinds[kind] for kind in _OPEN), is_accepted=verdict.is_accepted)


def _acceptance(count: int, *, is_accepted: bool) -> str:
    if not is_accepted:
        return ", not accepted" if count == 1 else ", not all accepted"
    return " and accepted" if count == 1 else ", all accepted"


def _further_losses(context: RuleContext, rows: list[Row], assessment: Assessment | None) -> Iterator[str]:
    """Yield the losses beside the profile's targets: lost claims that it does not ask for, and failed checks."""
    targets = context.profile.targets if context.profile else ()
    claims = context.statement.claims
    target_claims = {claim.id for claim in claims if any(speaks_of(context, claim, target) for target in targets)}
    checks = [name for name in (assessment.losses if assessment else ()) if name.startswith("check ")]
    losses = {row.claim for row in rows if row.outcome == "lost" and row.claim not in target_claims}
    if losses:
        yield f"{_count(len(losses), 'further claim')} lost"
    if checks:
        yield f"the student fails {_count(len(checks), 'validity check')}"


def _is_accepted(groups: tuple[Group, ...]) -> bool:
    """Whether no loss, no inconclusive target and no required absence lacks an acceptance that the issuer owes."""
    rows = (row.acceptedness for group in groups for row in group.rows)
    absences = (absence.acceptedness for group in groups for absence in group.absences)
    return "not accepted" not in (*rows, *absences)


def _unmeasured(groups: tuple[Group, ...]) -> str:
    dimensions = [group for group in groups if group.absences and not group.rows and not group.other_claims]
    return f"; {_count(len(dimensions), 'dimension')} without any number" if dimensions else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
