"""Faults in the writing of a line: its indentation, its first character, its colon."""

import re

from dls.document.composer import space_name
from dls.document.scene import Fault, Scene
from dls.document.source_line import line_at, line_start

_ODD_SPACE = re.compile(r"[ ]*([^\S ])")
_TIGHT_COLON = re.compile(r"[ ]*(?:- )?[A-Za-z0-9_.-]+(:)[^\s:]")
_RESERVED = {
    "found character that cannot start any token": "starts no plain text",
    "while scanning a directive": "starts no plain text",
    "while scanning an alias": "has a meaning of its own in YAML",
    "while scanning an anchor": "has a meaning of its own in YAML",
    "while scanning a tag": "has a meaning of its own in YAML",
    "while scanning a block scalar": "starts a block of text in the next line",
}
"""Why no text starts with a character, by the parser's context or problem."""
_FEW_LINES = 200  # that are looked at for an indentation
_LONG_LINE = 100


def odd_space(scene: Scene) -> Fault | None:
    """Look for a tab or another space than the plain one in an indentation, or after a colon."""
    for position in (scene.position, scene.position if scene.opening is None else scene.opening):
        if odd := _ODD_SPACE.match(line_at(scene.text, position)):
            start = line_start(scene.text, position)
            return Fault(start + odd.start(1), f"{space_name(odd[1])} stands in the indentation; write spaces")
    if ":\t" in scene.before:
        return Fault(scene.start + scene.before.index(":\t") + 1, "a tab stands after ':'; write a space")
    return Fault(scene.position, "a tab stands here; write a space") if scene.character == "\t" else None


def reserved_start(scene: Scene) -> Fault | None:
    """Look for a character that YAML keeps for itself, at the start of a value or in an escape."""
    opening = scene.position if scene.opening is None else scene.opening
    reason = _RESERVED.get(scene.context) or _RESERVED.get(scene.problem)
    if reason is not None:
        return Fault(opening, f"'{scene.text[opening : opening + 1]}' {reason}; put the text in quotes")
    if scene.problem == "did not find expected node content":
        return Fault(scene.position, f"found {scene.word}, wanted a value; remove it, or put the text in quotes")
    return _escape(scene) if scene.context == "while parsing a quoted scalar" else None


def _escape(scene: Scene) -> Fault:
    escape = scene.text[scene.position : scene.position + 2]
    if scene.problem == "found unknown escape character":
        return Fault(scene.position, f"'{escape}' is no escape; write '\\\\', or put the text in single quotes")
    return Fault(scene.position, "the escape stands for no character, or for half of one; write the character")


def colon(scene: Scene) -> Fault | None:
    """Look for a colon too many, one too few, and one without a space."""
    if scene.problem == "mapping values are not allowed in this context":
        if ": " in scene.before:
            return Fault(scene.position, "a second ': ' stands in this line; put quotes around text that holds ': '")
        return None
    if scene.problem != "could not find expected ':'" or scene.opening is None:
        return None
    start = line_start(scene.text, scene.opening)
    if tight := _TIGHT_COLON.match(line_at(scene.text, scene.opening)):
        return Fault(start + tight.start(1), "no space follows ':'; write one between a name and its value")
    return Fault(scene.opening, "no ': ' stands in this line; write NAME: VALUE, or indent a text below its name")


def indentation(scene: Scene) -> Fault | None:
    """Look for a line that stands below none of the lines above, and for an entry or a text in the wrong place."""
    first, content = scene.start + scene.indentation, scene.line.strip()
    if content.startswith("-") and content[1:2].strip():
        return Fault(first, "no space follows '-'; write one before the entry of a list")
    widths = _widths_above(scene.text[: scene.start])
    if widths and scene.indentation not in widths:
        wanted = " or ".join(map(str, sorted(widths, reverse=True)))
        spaces = "1 space" if scene.indentation == 1 else f"{scene.indentation} spaces"
        problem = f"found {spaces} of indentation, wanted {wanted}, as the lines above have"
        return Fault(first, problem)
    if scene.problem != "did not find expected key":
        return None
    if content.startswith("- "):
        return Fault(first, "an entry of a list stands among the members of a mapping; indent it below its name")
    return Fault(scene.position, f"found {scene.word} after a value; remove it, or put the whole text in quotes")


def _widths_above(text: str) -> set[int]:
    """Return the indentations of the mappings and lists that are open at the end of a text."""
    widths: set[int] = set()
    for line in reversed(text[-_FEW_LINES * _LONG_LINE :].splitlines()[-_FEW_LINES:]):
        content = line.strip()
        width = len(line) - len(line.lstrip(" "))
        if content and not content.startswith("#") and width < min(widths, default=width + 1):
            widths.add(width)
            if content.startswith("- "):
                widths.add(width + len(content) - len(content[1:].lstrip()))
    return widths
