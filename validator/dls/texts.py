"""The texts and dates of a document, each with its JSON Pointer."""

from collections.abc import Iterable, Iterator
from typing import Any

from dls.finding import escaped

DATES = ("issued", "observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on", "review_by")


def texts(value: Any) -> list[tuple[str, str]]:
    """Return every text of a JSON value outside of `extensions`, after its pointer, in the order of the document."""
    found: list[tuple[str, str]] = []
    _collect(value, "", found)
    return found


def _collect(value: Any, pointer: str, found: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        found.append((pointer, value))
    elif isinstance(value, dict):
        for name, member in value.items():
            if name != "extensions":
                _collect(member, f"{pointer}/{escaped(name)}", found)
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            _collect(entry, f"{pointer}/{i}", found)


def dates(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, member name and text of every date among some texts."""
    for pointer, text in found:
        name = pointer.rpartition("/")[2]
        if name in DATES:
            yield pointer, name, text
