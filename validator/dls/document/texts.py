"""The texts and dates of a document, each with its JSON Pointer."""

from collections.abc import Iterable, Iterator
from typing import Any

from dls.finding import escape_token

DATES = ("issued", "observed_on", "fixed_on", "measured_on", "retrieved_on", "performed_on", "review_by")
_ENDS = tuple(f"/{name}" for name in DATES)


def texts_in(value: Any) -> list[tuple[str, str]]:
    """Return pointer and text of every text of a JSON value outside of `extensions`, in the order of the document."""
    texts = [("", value)] if isinstance(value, str) else []
    _collect(value, "", texts)
    return texts


def _collect(value: Any, pointer: str, texts: list[tuple[str, str]]) -> None:
    if isinstance(value, dict):
        members: Iterable[tuple[Any, Any]] = value.items()
    else:
        members = enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        kind = type(member)  # JSON has no classes derived from these
        if kind is str:
            if name != "extensions":
                texts.append((f"{pointer}/{_token(name)}", member))
        elif (kind is dict or kind is list) and name != "extensions":
            _collect(member, f"{pointer}/{_token(name)}", texts)


def _token(name: str | int) -> str | int:
    return name if isinstance(name, int) or name.isidentifier() else escape_token(name)


def dates_in(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, member name and text of every date among some texts."""
    for pointer, text in texts:
        if pointer.endswith(_ENDS):
            yield pointer, pointer.rpartition("/")[2], text
