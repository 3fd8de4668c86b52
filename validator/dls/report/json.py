"""Findings for programs, as JSON."""

import json as _json
from collections.abc import Sequence
from typing import Any

from dls.checking.validate import Report
from dls.report.totals import totals_of


def render(results: Sequence[Report]) -> str:
    """Return `findings`, `statements` and `summary` as one JSON object."""
    findings = [{**finding._asdict(), "uri": finding.uri} for result in results for finding in result.findings]
    statements = [_statement(result) for result in results if result.kind == "statement"]
    report = {"findings": findings, "statements": statements, "summary": totals_of(results)._asdict()}
    return _json.dumps(report, ensure_ascii=True, indent=2) + "\n"


def _statement(result: Report) -> dict[str, Any]:
    profile, assessment = result.profile, result.assessment
    return {
        "path": result.path,
        "claimed": result.claimed,
        "established": result.assurance,
        "profile": profile.id if profile else None,
        "own_profile": not profile.builtin if profile else None,
        "met_targets": len(assessment.met_targets) if assessment else None,
        "unmet_targets": len(assessment.unmet_targets) if assessment else None,
        "lost": list(assessment.losses) if assessment else None,
    }
