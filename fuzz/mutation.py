"""Changes to a document that stays readable: a member gets another value, disappears, moves or is repeated."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from dls.document.reader import parse
from dls.draw import Draw
from dls.errors import DlsError

NUMBERS = (0, 1, -1, 0.5, 1e12, -1e12, 1e-300, 0.9999, 0.95, 2, 100, (1 << 53) - 1, 1 << 53, 0.001, 93.4, -0.02, 1e300)
TEXTS = (
    "",
    "x",
    "../x",
    "a\x00b",
    "\u202e",
    "\ud800",
    "TODO(dls)",
    "x-y:z",
    "2026-99-99",
    "/dev/zero",
    "evidence",
    "9" * 400,
    "\U0001f600",
)
REPLACEMENTS: tuple[Any, ...] = (None, True, False, [], {}, *TEXTS, *NUMBERS)
MAX_CHANGES = 4


def mutate(data: bytes, seed: int) -> bytes | None:
    """Return the document in some bytes with one to four changes, as JSON; None where the bytes hold no document."""
    try:
        value = parse(data, "").value
    except DlsError:
        return None
    draw = Draw("fuzz", seed)
    for _ in range(draw.between(1, MAX_CHANGES)):
        _change(value, draw)
    return json.dumps(value).encode()


def _change(value: Any, draw: Draw) -> None:
    nodes = list(places(value))
    if not nodes:
        return
    home, name = draw.choice(nodes)
    kind = draw.below(8)
    if kind == 0:
        del home[name]
    elif kind == 1 and isinstance(home, list):
        home.append(home[name])
    elif kind == 2:  # noqa: PLR2004 - one of eight
        source, key = draw.choice(nodes)
        home[name] = json.loads(json.dumps(source[key]))
    elif kind == 3 and isinstance(home, dict):  # noqa: PLR2004 - one of eight
        home[draw.choice((*TEXTS, *home))] = _replacement(draw)
    elif isinstance(home[name], str):
        home[name] = _text(home[name], draw)
    else:
        home[name] = (
            draw.choice(NUMBERS) if isinstance(home[name], (int, float)) and draw.below(4) else _replacement(draw)
        )


def _text(text: str, draw: Draw) -> Any:
    at = draw.below(len(text) + 1)
    return draw.choice((text[:at], text + text, text[:at] + draw.choice(TEXTS) + text[at:], _replacement(draw)))


def _replacement(draw: Draw) -> Any:
    return copy.copy(draw.choice(REPLACEMENTS))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object or array in a JSON value with each of its names or indices, from the outside in."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in list(members):
        yield value, name
        yield from places(member)
