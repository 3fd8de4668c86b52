"""Texts and tables of a page as Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence

from dls.finding import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+|~$!^=-])")


def plain(text: str) -> str:
    """Return a document's text as one line that Markdown shows as it stands, without links and mentions."""
    line = " ".join(map(visible, text.split()))
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    line = line.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
    return _SPECIAL.sub(r"\\\1", line)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table and an empty line; the cells are Markdown."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
