"""Findings as a code quality report of GitLab, which shows them in a merge request.

Source: GitLab's documentation, "Code Quality", section "Code Quality report format".
"""

import json
from collections.abc import Sequence
from typing import Any

from dls.checking.validate import Report
from dls.finding import Finding, visible
from dls.report.fingerprints import fingerprints_of
from dls.report.place import repository_path

_SEVERITIES = {"error": "major", "warning": "minor"}
_WAIVED = "info"


def render(results: Sequence[Report]) -> str:
    """Return a list with one entry for each finding, in the order of files and places."""
    findings = [finding for result in results for finding in result.findings]
    entries = [_entry(*pair) for pair in zip(findings, fingerprints_of(findings), strict=True)]
    return json.dumps(entries, indent=1) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "check_name": finding.code,
        "description": visible(f"{'waived: ' if finding.waived else ''}{finding.message}"),
        "severity": _WAIVED if finding.waived else _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {"path": visible(repository_path(finding.path)), "lines": {"begin": finding.line}},
    }
