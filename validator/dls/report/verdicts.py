"""Print the verdicts on a statement's claims, as a table for people and as JSON for programs."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dls.verifying.comparison import ClaimResult, Verdict

_COLOURS = {
    Verdict.CONFIRMED: "green",
    Verdict.BORDERLINE: "yellow",
    Verdict.NOT_VERIFIABLE: "yellow",
    Verdict.REFUTED: "bold red",
}


def verdict_counts(judged: Sequence[ClaimResult]) -> dict[str, int]:
    """Count the verdicts."""
    counts = Counter(one.verdict for one in judged)
    return {verdict.value: counts[verdict] for verdict in reversed(Verdict)}


def as_json(judged: Sequence[ClaimResult], found_as: str, more: Mapping[str, Any] | None = None) -> str:
    """Return the verdicts as the JSON that the specification fixes; ``found_as`` is "recomputed" or "reproduced"."""
    claims = [
        {"id": one.id, "verdict": one.verdict, "claimed": one.claimed_numbers, found_as: one.new_numbers, "reason": one.reason}
        | ({} if one.smallest_forgery is None else {"smallest_forgery": one.smallest_forgery})
        for one in judged
    ]
    return json.dumps({"claims": claims, "summary": {**verdict_counts(judged), **(more or {})}}, indent=1)


def print_table(judged: Sequence[ClaimResult]) -> None:
    """Print a table of the claims and a line that counts the verdicts."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    by_runs = any(one.smallest_forgery is not None for one in judged)
    columns = [Column("claim", overflow="fold"), Column("verdict", no_wrap=True)]
    columns += [Column("would see", no_wrap=True, justify="right")] if by_runs else []
    table = Table(*columns, "why", box=None, pad_edge=False)
    for one in judged:
        first, *others = one.reason.split("; ")
        more = f" (and {len(others)} more: --format json)" if others else ""
        seen = ["-" if one.smallest_forgery is None else f"{one.smallest_forgery:.3g}"] if by_runs else []
        table.add_row(escape(one.id), f"[{_COLOURS[one.verdict]}]{one.verdict}[/]", *seen, escape(first + more))
    console = Console()
    console.print(table)
    if by_runs:
        console.print("would see: the smallest shift of a claimed number that this run would have refuted")
    console.print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in verdict_counts(judged).items()))
