"""Markdown, and the type that every module of pages yields."""

from collections.abc import Iterable, Iterator, Sequence

Pages = Iterator[tuple[str, str]]
"""Path below the site's root, and text."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"
