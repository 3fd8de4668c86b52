"""Findings for programs, as JSON."""

import json as _json
from collections.abc import Sequence

from dls.checking.validate import Report
from dls.report.statement_summary import statement_summaries
from dls.report.totals import totals_of


def render(results: Sequence[Report]) -> str:
    """Return `findings` and `summary` as one JSON object; the summary lists the statements."""
    findings = [{**finding._asdict(), "uri": finding.uri} for result in results for finding in result.findings]
    summary = {**totals_of(results)._asdict(), "statements": statement_summaries(results)}
    return _json.dumps({"findings": findings, "summary": summary}, ensure_ascii=True, indent=2) + "\n"
