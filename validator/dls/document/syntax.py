"""From the error of a YAML parser to the fault in the text: its place, and how to mend it.

The parser names the character at which it gave up. The fault often lies before it: an open quote, a tab, a line that
does not stand below its neighbours. So the text is looked at again, on this path alone.
"""

import re
from collections.abc import Callable

from dls.document.composer import MAX_DEPTH
from dls.document.lines import colon, indentation, odd_space, reserved_start
from dls.document.openings import long_key, open_bracket, open_quote
from dls.document.scene import Fault, Scene
from dls.document.source_line import Place, place_of
from dls.document.yaml_parser import YamlParser

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def syntax_fault(error: Exception, text: str, parser: YamlParser) -> tuple[str, Place]:
    """Return a sentence on the fault in a text that is no YAML, and its place."""
    if forbidden := _FORBIDDEN.search(text):
        code = f"{ord(forbidden[0]):04X}"
        problem = f"holds the character U+{code}, which YAML forbids; remove it, or write \\u{code} in double quotes"
        return problem, place_of(text, forbidden.start())
    scene = _scene(error, text, parser)
    if "nesting depth" in scene.problem:  # the parser reads ahead and may reach its own limit first
        return f"nesting is deeper than {MAX_DEPTH} levels; flatten it", place_of(text, scene.position)
    fault = next((fault for look in _LOOKS if (fault := look(scene)) is not None), _unexplained(scene))
    return fault.problem, place_of(text, fault.position)


def _scene(error: Exception, text: str, parser: YamlParser) -> Scene:
    mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    return Scene(
        text,
        min(mark.index, len(text)) if mark else 0,
        *parser.words(error),
        min(opening.index, len(text)) if opening else None,
        parser,
    )


def _conflict(scene: Scene) -> Fault | None:
    if (mark := _CONFLICT.search(scene.text)) is None:
        return None
    return Fault(mark.start(), "is a mark of a merge conflict; keep one version of the lines, and remove the marks")


def _unexplained(scene: Scene) -> Fault:
    context = f"{scene.context}: " if scene.context else ""
    return Fault(scene.position, " ".join(f"is not readable as YAML or JSON: {context}{scene.problem}".split()))


_LOOKS: tuple[Callable[[Scene], Fault | None], ...] = (
    _conflict,
    odd_space,
    open_quote,
    long_key,
    open_bracket,
    reserved_start,
    colon,
    indentation,
)
"""The first that sees its fault names it: those that make a parser stumble over innocent lines come first."""
