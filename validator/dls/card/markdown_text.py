"""Texts of a statement inside of Markdown: whatever they hold, they stay text.

A statement is written by strangers. Each sign that Markdown, HTML or a code host could read as more than text becomes a
character reference, which CommonMark takes for the bare sign and nothing else.
"""

import re

from dls.finding import visible

_LENGTH = 300  # characters of a text; the statement holds the rest
_SIGNS = re.compile(r"[\\`*{}\[\]<>#|~$&!^=]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_BREAKERS = (  # a code host looks for these in the finished page, where no escape is left
    (re.compile("@"), "&#64;&#8203;"),
    (re.compile("://"), ":&#8203;//"),
    (re.compile(r"www\.", re.IGNORECASE), "www&#8203;."),
)


def prose(text: str, length: int = _LENGTH) -> str:
    """Return a text on one line that is shown as it stands: no markup, no link, no mention, no change of direction."""
    plain = " ".join(visible(text).split())
    if len(plain) > length:
        plain = f"{plain[:length].rstrip()}…"
    escape = _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", plain)
    for pattern, text_of in _BREAKERS:
        escape = pattern.sub(text_of, escape)
    return escape


def code(text: str) -> str:
    """Return a text as code in one line, in as many backticks as it takes; `|` ends no cell of a table."""
    plain = " ".join(visible(text).split()) or " "
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if plain[0] == "`" or plain[-1] == "`" else ""
    return f"{ticks}{space}{plain}{space}{ticks}".replace("|", "\\|")
