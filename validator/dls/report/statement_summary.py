"""The content of each statement, for programs: the same members in every format that has a place for them."""

from collections.abc import Sequence
from typing import Any

from dls.checking.validate import Report
from dls.judging.target_counts import count_targets


def statement_summaries(results: Sequence[Report]) -> list[dict[str, Any]]:
    """Return a mapping for each statement; a member is null where its form, or its profile, could not be read."""
    return [_summary(result) for result in results if result.kind == "statement"]


def _summary(result: Report) -> dict[str, Any]:
    profile, assessment, outcomes = result.profile, result.assessment, result.outcomes
    targets = outcomes.targets if outcomes else ()
    sizes = count_targets(profile, assessment.met_targets) if profile and assessment else None
    return {
        "path": result.path,
        "targets": [{name: getattr(target, name) for name in _TARGET} for target in targets] if outcomes else None,
        "absences": [absence._asdict() for absence in outcomes.absences] if outcomes else None,
        "withdrawn": result.is_withdrawn,
        "claimed": result.claimed,
        "established": result.assurance,
        "profile": profile.id if profile else None,
        "own_profile": not profile.builtin if profile else None,
        "met_targets": sizes.met if sizes else None,
        "met_on_own_data": sizes.own_met if sizes else None,
        "unmet_targets": [profile.target_name(t) for t in assessment.unmet_targets] if profile and assessment else None,
        "lost": list(assessment.losses) if assessment else None,
    }


_TARGET = ("claim", "kind", "outcome", "accepted")
