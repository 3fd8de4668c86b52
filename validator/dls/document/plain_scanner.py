"""The scanner of ruamel.yaml with the plain scalars and the tabs of libyaml, so that both parsers read the same texts.

Source: libyaml 0.2.5, ``yaml_parser_scan_plain_scalar`` and ``yaml_parser_fetch_next_token`` in ``scanner.c``.
"""

import re
import sys
from typing import Any

from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = " \t"
_ENDS = f"\0{_BLANKS}{_BREAKS}"  # the parser's text ends with a NUL
_FLOW = ",[]{}"
_ESCAPE = r"""(?s)\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)|["\s\0]"""
_KNOWN = frozenset('0abt\tnvfre "/\\N_LPxuU\n\r\x85\u2028\u2029')
_AFTER_NAMES = "?:,]}%@`"
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"


class PlainScanner(Scanner):
    """A scanner for `ruamel.yaml.YAML.Scanner`."""

    @property
    def scanner_processing_version(self) -> tuple[int, int]:
        """The version of YAML by which scalars are scanned."""
        return 1, 2

    def check_value(self) -> bool:
        """Whether a colon starts a value."""
        return bool(self.flow_level) or self.reader.peek(1) in _ENDS

    def check_plain(self) -> bool:
        """Whether a plain scalar starts here."""
        first, second = self.reader.peek(), self.reader.peek(1)
        if first == "-":
            return second not in _BLANKS
        if first in "?:":
            return not self.flow_level and second not in _ENDS
        return first not in _ENDS and first not in _INDICATORS

    def scan_to_next_token(self) -> None:
        """Skip spaces, comments and line breaks, and tabs where no key can start."""
        reader = self.reader
        while True:
            blanks = _BLANKS if self.flow_level or not self.allow_simple_key else " "
            while reader.peek() in blanks:
                reader.forward()
            if reader.peek() == "#":
                while reader.peek() not in f"\0{_BREAKS}":
                    reader.forward()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_anchor(self, token: type[Any]) -> Any:
        """Return the anchor or the alias that starts here; a name has letters, digits, `_` and `-`."""
        reader, start = self.reader, self.reader.get_mark()
        kind = "alias" if reader.peek() == "*" else "anchor"
        reader.forward()
        name = self._name()
        if not name or reader.peek() not in f"{_ENDS}{_AFTER_NAMES}":
            problem = "did not find expected alphabetic or numeric character"
            raise ScannerError(f"while scanning an {kind}", start, problem, reader.get_mark())
        return token(name, start, reader.get_mark())

    def scan_directive_name(self, start_mark: Any) -> str:
        """Return the name of a directive."""
        name = self._name()
        if not name or self.reader.peek() not in _ENDS:
            problem = "found unexpected non-alphabetical character"
            raise ScannerError("while scanning a directive", start_mark, problem, self.reader.get_mark())
        return name

    def _name(self) -> str:
        """Read letters, digits, `_` and `-`."""
        length = 0
        while (character := self.reader.peek(length)).isascii() and (character.isalnum() or character in "_-"):
            length += 1
        name: str = self.reader.prefix(length)
        self.reader.forward(length)
        return name

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> Any:  # noqa: FBT001 - of the base class
        """Return a part of a text in quotes; the place of an unknown escape is its backslash."""
        if double:
            self._refuse_half_characters(start_mark)
        try:
            return super().scan_flow_scalar_non_spaces(double, start_mark)
        except ScannerError as error:
            if error.problem.startswith("found unknown escape"):
                error.problem_mark.index -= 1
                error.problem_mark.column -= 1
            raise

    def _refuse_half_characters(self, start: Any) -> None:
        """Refuse an escape that stands for half of a character, or for none."""
        reader = self.reader
        for escape in re.finditer(_ESCAPE, reader.buffer[reader.pointer :]):
            if len(escape[0]) == 1 or escape[0][1] not in _KNOWN:
                return  # the part ends here, or the base class refuses the escape
            code = int(escape[1] or escape[2] or "0", 16)
            if 0xD800 <= code <= 0xDFFF or code > sys.maxunicode:  # noqa: PLR2004 - the surrogates
                reader.forward(escape.start() + 2)
                problem = "found invalid Unicode character escape code"
                raise ScannerError("while parsing a quoted scalar", start, problem, reader.get_mark())

    def scan_plain(self) -> ScalarToken:
        """Return the plain scalar that starts here."""
        reader, indent = self.reader, self.indent + 1
        start = end = reader.get_mark()
        chunks: list[str] = []
        space, has_break = "", False
        while not self._is_at_document_mark() and reader.peek() != "#":
            length = self._word_length(start)
            if length:
                chunks += space, reader.prefix(length)
                reader.forward(length)
                self.allow_simple_key = False
                end, has_break = reader.get_mark(), False
            if reader.peek() not in _BLANKS + _BREAKS:
                break
            space, has_break = self._space(indent, start)
            if not self.flow_level and reader.column < indent:
                break
        if has_break:
            self.allow_simple_key = True
        return ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - the token is plain

    def _is_at_document_mark(self) -> bool:
        reader = self.reader
        return reader.column == 0 and reader.prefix(3) in ("---", "...") and reader.peek(3) in _ENDS

    def _word_length(self, start: Any) -> int:
        """Return the number of characters up to a blank, or to an indicator that ends a plain scalar."""
        reader, length = self.reader, 0
        while (character := reader.peek(length)) not in _ENDS:
            after = reader.peek(length + 1)
            if character == ":" and after in _ENDS:
                break
            if self.flow_level:
                if character == ":" and after in f"?{_FLOW}":
                    reader.forward(length)
                    problem = "found unexpected ':'"
                    raise ScannerError("while scanning a plain scalar", start, problem, reader.get_mark())
                if character in _FLOW:
                    break
            length += 1
        return length

    def _space(self, indent: int, start: Any) -> tuple[str, bool]:
        """Skip blanks and line breaks; return the text that stands for them, and whether a line ends in them."""
        reader = self.reader
        blanks, breaks = "", list[str]()
        while (character := reader.peek()) in _BLANKS + _BREAKS:
            if character in _BREAKS:
                breaks.append(self.scan_line_break())
                continue
            if breaks and character == "\t" and reader.column < indent:
                problem = "found a tab character that violates indentation"
                raise ScannerError("while scanning a plain scalar", start, problem, reader.get_mark())
            blanks += "" if breaks else character
            reader.forward()
        if not breaks:
            return blanks, False
        return "".join(breaks[1:]) or " ", True
