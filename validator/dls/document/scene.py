"""An error of a YAML parser in its text, as those see it who look for the fault."""

from typing import NamedTuple

from dls.document.source_line import line_at, line_start
from dls.document.yaml_parser import YamlParser


class Fault(NamedTuple):
    """The position of a fault in a text, and a sentence on it."""

    position: int
    problem: str


class Scene(NamedTuple):
    """An error of the parser in its text; `opening` is the position at which it began to read the part in question."""

    text: str
    position: int
    problem: str
    context: str
    opening: int | None
    parser: YamlParser

    @property
    def line(self) -> str:
        """The line of the error, without its end."""
        return line_at(self.text, self.position)

    @property
    def start(self) -> int:
        """The position at which the line starts."""
        return line_start(self.text, self.position)

    @property
    def indentation(self) -> int:
        """The plain spaces at the start of the line."""
        return len(self.line) - len(self.line.lstrip(" "))

    @property
    def before(self) -> str:
        """The line up to the error."""
        return self.text[self.start : self.position]

    @property
    def character(self) -> str:
        """The character of the error; empty at the end of the text."""
        return self.text[self.position : self.position + 1]

    @property
    def word(self) -> str:
        """The word that starts at the error, in quotes."""
        words = self.text[self.position : self.position + 40].split()
        return f"'{words[0]}'" if words else "the end of the line"
