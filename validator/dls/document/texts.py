"""The texts and dates of a document, each with its JSON Pointer."""

from collections.abc import Iterable, Iterator
from typing import Any

from dls.finding import escape_token

DATES = ("issued", "observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on", "review_by")


def texts_in(value: Any) -> list[tuple[str, str]]:
    """Return every text of a JSON value outside of `extensions`, after its pointer, in the order of the document."""
    found = [("", value)] if isinstance(value, str) else []
    _collect(value, "", found)
    return found


def _collect(value: Any, pointer: str, found: list[tuple[str, str]]) -> None:
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in named:
        if isinstance(member, (str, dict, list)) and name != "extensions":
            place = f"{pointer}/{escape_token(name) if isinstance(name, str) else name}"
            if isinstance(member, str):
                found.append((place, member))
            else:
                _collect(member, place, found)


def dates_in(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, member name and text of every date among some texts."""
    for pointer, text in found:
        name = pointer.rpartition("/")[2]
        if name in DATES:
            yield pointer, name, text
