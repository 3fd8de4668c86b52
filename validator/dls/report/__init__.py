"""Reports: a function each, from what was checked to a text."""

from collections.abc import Sequence
from typing import NamedTuple

from dls.assess import lowest
from dls.model.statement import Assurance
from dls.validate import Checked


class Summary(NamedTuple):
    """The counts that every report ends with."""

    files: int
    errors: int
    warnings: int
    waived: int
    assurance: Assurance | None  # the lowest that was established; None without a statement


def summary(checked: Sequence[Checked]) -> Summary:
    """Count what was found in some files."""
    findings = [finding for one in checked for finding in one.findings]
    statements = [one.established for one in checked if one.kind == "statement"]
    return Summary(
        files=len(checked),
        errors=sum(one.errors for one in checked),
        warnings=sum(finding.severity == "warning" and not finding.waived for finding in findings),
        waived=sum(finding.waived for finding in findings),
        assurance=lowest(statements) if statements else None,
    )
