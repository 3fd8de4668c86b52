"""Whether a README is the card of a statement: a look at its first bytes, for the key `dls` and for our marker.

It decides which files of a folder are read as cards, so it takes no parser and no more than a mebibyte.
"""

import os
import re

NAME = "README.md"
"""The name of a card in a repository of a hub."""

MOST_BYTES = 1 << 20
_ENDINGS = (".md", ".markdown")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*---[\r\n]")
_CLOSING = re.compile(rb"[\r\n]---")
_KEY = re.compile(rb"[\r\n][ \t]*[\"']?dls[\"']?[ \t]*:")
_MARKER = re.compile(rb"^<!-- dls:begin\b", re.MULTILINE)


def is_card_name(path: str) -> bool:
    """Whether a file that you name is read as a card: by its ending."""
    return path.lower().endswith(_ENDINGS)


def has_marks(path: str) -> bool:
    """Whether a file has the key `dls` in its front matter, or our marker at the start of a line."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - a Path takes as long as the look; a pipe is not opened
            return False
        with open(path, "rb") as file:  # noqa: PTH123
            head = file.read(MOST_BYTES)
    except (OSError, ValueError):
        return False
    return b"dls" in head and bool(_MARKER.search(head) or _has_key(head))


def _has_key(head: bytes) -> bool:
    opening = _OPENING.match(head)
    if opening is None:
        return False
    start = opening.end() - 1  # the break belongs to the first line, too
    closing = _CLOSING.search(head, start)
    return bool(_KEY.search(head, start, closing.start() if closing else len(head)))
