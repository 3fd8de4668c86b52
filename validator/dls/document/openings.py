"""Parts of a document that open and do not close: quotes, braces and brackets, and keys that are too long."""

from collections.abc import Iterator
from typing import Any

from dls.document.scene import Fault, Scene
from dls.document.source_line import line_start, place_of

_LONGEST_KEY = 1024  # characters, of a key on one line, in every YAML parser
_LONGEST_SCAN = 1 << 18  # characters; a person writes no longer document by hand
_CLOSING = {"{": "}", "[": "]"}


def open_quote(scene: Scene) -> Fault | None:
    """Look for a quote that is never closed, or is closed by the quote that should open the next text."""
    if scene.context == "while scanning a quoted scalar" and scene.opening is not None:
        return Fault(scene.opening, "a quote opens here and is never closed; close it")
    if scene.position > _LONGEST_SCAN:
        return None
    last = None
    for token in _tokens(scene):
        if type(token) is scene.parser.scalar_token and token.style in ('"', "'"):
            last = token
    if last is None or last.start_mark.line == last.end_mark.line:
        return None
    if line_start(scene.text, last.end_mark.index) != scene.start:
        return None
    problem = f"a quote opens here and is not closed before line {last.end_mark.line + 1}; close it"
    return Fault(last.start_mark.index, problem)


def _tokens(scene: Scene) -> Iterator[Any]:
    """Yield the tokens of a text up to the error."""
    try:
        yield from scene.parser.tokens(scene.text[: scene.position])
    except scene.parser.error:
        return


def long_key(scene: Scene) -> Fault | None:
    """Look for a key with more characters than any parser reads as one."""
    before = scene.before
    if scene.character != ":" or len(before) <= _LONGEST_KEY or before[-1:] not in "\"'":
        return None
    start = before.rfind(before[-1], 0, -1)
    length = len(before) - start - 2  # without its quotes, which the parser counts
    if length <= _LONGEST_KEY - 2:
        return None
    return Fault(scene.start + start, f"the key has {length:,} characters; YAML takes keys of at most {_LONGEST_KEY:,}")


def open_bracket(scene: Scene) -> Fault | None:
    """Look for a brace or bracket that is not closed, and for a missing comma in one."""
    if not scene.context.startswith("while parsing a flow ") or scene.opening is None:
        return None
    is_at_end = not scene.text[scene.position :].strip()
    opening = scene.opening
    if scene.context == "while parsing a flow node":  # a value is missing, so the parser does not name the bracket
        if not is_at_end:
            return None
        opening = max(scene.text.rfind("[", 0, scene.position), scene.text.rfind("{", 0, scene.position))
    bracket = scene.text[opening]
    wanted = _CLOSING.get(bracket, "}")
    if is_at_end:
        return Fault(opening, f"'{bracket}' opens here and is never closed; close it with '{wanted}'")
    if scene.line.lstrip()[:1] in ("'", '"') and line_start(scene.text, scene.opening) != scene.start:
        first = scene.start + scene.indentation
        return Fault(first, "a comma is missing before this line; end the line above with ','")
    if line_start(scene.text, scene.opening) == scene.start:
        return _in_one_line(scene, bracket, wanted)
    line = place_of(scene.text, scene.position).line
    return Fault(
        scene.opening, f"'{bracket}' opens here and is not closed before line {line}; close it with '{wanted}'"
    )


def _in_one_line(scene: Scene, bracket: str, wanted: str) -> Fault:
    position, word = scene.position, scene.word
    if scene.character == ":":  # of a name before which the comma is missing
        name = scene.before.rsplit(None, 1)[-1]
        position, word = position - len(name), f"'{name[:40]}'"
    column = (scene.opening or 0) - scene.start + 1
    return Fault(position, f"found {word}, wanted ',' or '{wanted}' inside the '{bracket}' of column {column}; add it")
