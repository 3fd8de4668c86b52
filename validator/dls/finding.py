"""The findings of a check: each is one value, with its place and a sentence for the reader."""

import re
from typing import Literal, NamedTuple

from dls.version import BASE_URI

Severity = Literal["error", "warning"]

RULE_PAGES = f"{BASE_URI}rules/"
"""The base of the addresses of the rules' pages."""

_CONTROL = (  # start-up: not compiled here, since most texts are printable
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # control and direction
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # no characters, and no XML
    "\U000e0000-\U000e007f]"  # tags, which spell a text that no page shows
)
_LAST_SHORT = 0xFFFF  # the last character with an escape of four digits
_HEAD, _TAIL = 400, 200  # characters of a text that a message shows; the end says how to mend it
_LONG_WORD = r"\S{161,}"
_WORD_HEAD, _WORD_TAIL = 60, 10
_CAUSES = ("DLS001", "DLS002", "DLS105", "DLS201", "DLS205")
"""The rules whose violations bring others with them: a misspelt metric has no range, no direction and no target."""


class Finding(NamedTuple):
    """One violation: the rule's code, the place, and a sentence with the value and the requirement."""

    code: str
    severity: Severity
    message: str
    path: str
    line: int  # from 1
    column: int  # from 1, in characters
    pointer: str  # JSON Pointer (RFC 6901); "" is the whole document
    waived: bool = False
    excerpt: str = ""  # where a file cannot be read: its line, and below it a caret under the column

    @property
    def uri(self) -> str:
        """The name of the rule, which is the same in every report."""
        return rule_uri(self.code)


class Violation(NamedTuple):
    """One result of a rule: the place and the message; a severity only where it is not the rule's own."""

    pointer: str
    message: str
    severity: Severity | None = None


def rule_uri(code: str) -> str:
    """Return the address of a rule's page; `dls explain CODE` shows it on any machine and without a network."""
    return f"{RULE_PAGES}{code}"


def visible(text: str) -> str:
    """Return text with control, direction and tag characters as escapes: a quoted statement moves no cursor."""
    if text.isprintable():  # none of these is printable
        return text
    return re.sub(_CONTROL, _escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}"


def shortened(text: str) -> str:
    """Return a text as a reader sees it, and of a long one, and of a long word in it, the start and the end."""
    text = re.sub(_LONG_WORD, lambda word: _shorter(word[0], _WORD_HEAD, _WORD_TAIL), text)
    return visible(_shorter(text, _HEAD, _TAIL))


def _shorter(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return text
    return f"{text[:head]}… ({len(text):,} characters) …{text[-tail:]}"


def escape_token(token: str) -> str:
    """Return one member name as a JSON Pointer token."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def sort_key(finding: Finding) -> tuple[str, bool, int, int, str, str]:
    """Return a finding's sort key: file, causes before their consequences, place, code."""
    is_cause = finding.code in _CAUSES
    return finding.path, not is_cause, finding.line, finding.column, finding.code, finding.pointer
