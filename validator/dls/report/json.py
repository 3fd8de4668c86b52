"""Findings for programs, as JSON."""

import json as _json
from collections.abc import Sequence
from typing import Any

from dls.checking.validate import CheckResult
from dls.report import totals


def render(checked: Sequence[CheckResult]) -> str:
    """Return `findings`, `statements` and `summary` as one JSON object."""
    findings = [{**finding._asdict(), "url": finding.url} for one in checked for finding in one.findings]
    statements = [_statement(one) for one in checked if one.kind == "statement"]
    found = {"findings": findings, "statements": statements, "summary": totals(checked)._asdict()}
    return _json.dumps(found, ensure_ascii=True, indent=2) + "\n"


def _statement(one: CheckResult) -> dict[str, Any]:
    profile, assessment = one.profile, one.assessment
    return {
        "path": one.path,
        "claimed": one.claimed,
        "established": one.established,
        "profile": profile.id if profile else None,
        "own_profile": not profile.builtin if profile else None,
        "met_targets": len(assessment.met_targets) if assessment else None,
        "unmet_targets": len(assessment.unmet_targets) if assessment else None,
    }
