"""The texts and dates of a document, each with its JSON Pointer."""

from collections.abc import Iterable, Iterator
from typing import Any

from dls.finding import escaped

DATES = ("issued", "observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on", "review_by")


def texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value outside of `extensions`."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if name != "extensions":
                yield from texts(member, f"{pointer}/{escaped(name)}")
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from texts(entry, f"{pointer}/{i}")


def dates(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, member name and text of every date among some texts."""
    for pointer, text in found:
        name = pointer.rpartition("/")[2]
        if name in DATES:
            yield pointer, name, text
