"""Print the verdicts on a statement's claims, as a table for people and as JSON for programs."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dls.report.terminal import Column, Part, Styled, show, show_table
from dls.verifying.comparison import ClaimResult, Verdict

_STYLES = {
    Verdict.CONFIRMED: "green",
    Verdict.BORDERLINE: "yellow",
    Verdict.NOT_VERIFIABLE: "yellow",
    Verdict.REFUTED: "bold red",
}


def verdict_counts(results: Sequence[ClaimResult]) -> dict[str, int]:
    """Count the verdicts."""
    counts = Counter(result.verdict for result in results)
    return {verdict.value: counts[verdict] for verdict in reversed(Verdict)}


def as_json(results: Sequence[ClaimResult], member: str, extra: Mapping[str, Any] | None = None) -> str:
    """Return the verdicts as the JSON that the specification fixes.

    Args:
        results: of the claims.
        member: the name for the new numbers: "recomputed" or "reproduced".
        extra: members to add to the summary.
    """
    claims = [_claim(result, member) for result in results]
    return json.dumps({"claims": claims, "summary": {**verdict_counts(results), **(extra or {})}}, indent=1) + "\n"


def _claim(result: ClaimResult, member: str) -> dict[str, Any]:
    forgery = {} if result.smallest_forgery is None else {"smallest_forgery": result.smallest_forgery}
    return {
        "id": result.id,
        "verdict": result.verdict,
        "claimed": result.claimed_numbers,
        member: result.new_numbers,
        "reason": result.reason,
        **forgery,
    }


def print_table(results: Sequence[ClaimResult]) -> None:
    """Print a table of the claims and a line that counts the verdicts."""
    has_forgeries = any(result.smallest_forgery is not None for result in results)
    columns = [Column("claim"), Column("verdict", rigid=True)]
    columns += [Column("would see", right=True, rigid=True)] if has_forgeries else []
    show_table([*columns, Column("why")], [_cells(result, has_forgeries=has_forgeries) for result in results])
    if has_forgeries:
        show("would see: the smallest shift of a claimed number that this run would have refuted")
    show(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in verdict_counts(results).items()))


def _cells(result: ClaimResult, *, has_forgeries: bool) -> tuple[Part, ...]:
    reason, *rest = result.reason.split("; ")
    rest_note = f" (and {len(rest)} more: --format json)" if rest else ""
    forgery = "-" if result.smallest_forgery is None else f"{result.smallest_forgery:.3g}"
    verdict = Styled(result.verdict, _STYLES[result.verdict])
    return (result.id, verdict, *([forgery] if has_forgeries else []), reason + rest_note)
