"""The hidden first line of the bot's comment, by which it knows its own comment again."""

import re
from typing import NamedTuple

MARKER = "<!-- dls-bot"
_LINE = re.compile(rf"{MARKER} commit=([0-9a-f]{{40}}|none) state=(checked|open) -->\n")


class Mark(NamedTuple):
    """The commit that a comment is about (None where it could not be read), and whether its check came to an end."""

    commit: str | None
    is_final: bool


def marker_line(mark: Mark) -> str:
    """Return the first line of a comment."""
    return f"{MARKER} commit={mark.commit or 'none'} state={'checked' if mark.is_final else 'open'} -->\n"


def read_mark(comment: str) -> Mark | None:
    """Return the mark of a comment; None where it does not begin with one."""
    match = _LINE.match(comment)
    if match is None:
        return None
    return Mark(None if match[1] == "none" else match[1], match[2] == "checked")
