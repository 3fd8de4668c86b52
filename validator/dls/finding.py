"""The findings of a check: each is one value, with its place and a sentence for the reader."""

import re
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # control and direction
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # no characters, and no XML
    "\U000e0000-\U000e007f]"  # tags, which spell a text that no page shows
)
_LAST_SHORT = 0xFFFF  # the last character with an escape of four digits


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

    @property
    def url(self) -> str:
        """The page of the rule, relative to the documentation's root."""
        return f"rules/{self.code}/"


class Violation(NamedTuple):
    """One result of a rule: the place and the message; a severity only where it is not the rule's own."""

    pointer: str
    message: str
    severity: Severity | None = None


def visible(text: str) -> str:
    """Return text with control, direction and tag characters as escapes: a quoted statement moves no cursor."""
    if text.isprintable():  # none of these is printable
        return text
    return _CONTROL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}"


def escape_token(token: str) -> str:
    """Return one member name as a JSON Pointer token."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def sort_key(finding: Finding) -> tuple[str, int, int, str, str]:
    """Return a finding's sort key: file, place, code."""
    return finding.path, finding.line, finding.column, finding.code, finding.pointer
