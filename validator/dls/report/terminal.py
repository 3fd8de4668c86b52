"""The one exit of every command: all that it prints on either stream passes here.

A document's text, and a file's name, stay text: no character of theirs moves a cursor, turns the direction of writing,
starts a line, or commands the host of a CI run.
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

import msgspec

from dls.finding import visible

if TYPE_CHECKING:
    from rich.console import Console

_HOST_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")
"""Where GitHub, Azure and TeamCity read a command: `::` first on a line, or `##[` anywhere on it."""
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


class Styled(msgspec.Struct, frozen=True):
    """A part of a line with its style: words of `_CODES`, which only a terminal sees."""

    text: str
    style: str


Part = str | Styled


class Column(msgspec.Struct, frozen=True):
    """A column of a table; one that is `rigid` does not fold on a narrow terminal either."""

    name: str
    right: bool = False
    rigid: bool = False


def line(*parts: Part, colour: bool = False) -> str:
    """Return the parts as one line, without its end, that holds no control character and no command of a host."""
    texts = [visible(_text(part)) for part in parts]
    plain = "".join(texts)
    harmless = _HOST_COMMAND.sub(_escape, plain)
    if not colour or harmless != plain:
        return harmless
    return "".join(map(_coloured, parts, texts))


def show(*parts: Part, stream: IO[str] | None = None) -> None:
    """Print one line, on standard output unless another stream is named."""
    target = sys.stdout if stream is None else stream
    target.write(line(*parts, colour=has_colours(target)) + "\n")


def show_problem(problem: str) -> None:
    """Print one line on standard error: why the work cannot go on, or something of an input to know."""
    show(f"dls: {problem}", stream=sys.stderr)


def show_table(columns: Sequence[Column], rows: Iterable[Sequence[Part]]) -> None:
    """Print a table. It folds its cells on a terminal that is too narrow alone: otherwise a row is a line."""
    cells = [tuple(row) for row in rows]
    lines = table_lines(columns, cells)
    width = max((sum(len(_text(part)) for part in parts) for parts in lines), default=0)
    if sys.stdout.isatty() and width > _width_of_terminal():
        _show_folded(columns, cells)
        return
    for parts in lines:
        show(*parts)


def _width_of_terminal() -> int:
    from shutil import get_terminal_size  # start-up: three compressors come with it

    return get_terminal_size().columns


def table_lines(columns: Sequence[Column], rows: Iterable[Sequence[Part]]) -> list[tuple[Part, ...]]:
    """Return a table's lines, each in parts, with its cells below each other; without names it has no head."""
    head = [tuple(column.name for column in columns)] if any(column.name for column in columns) else []
    texts = [[visible(_text(part)) for part in row] for row in (*head, *rows)]
    widths = [max(map(len, cells)) for cells in zip(*texts, strict=True)]
    styles = [[""] * len(columns) for _ in head]
    styles += [[part.style if isinstance(part, Styled) else "" for part in row] for row in rows]
    return [_padded(columns, widths, cells, row_styles) for cells, row_styles in zip(texts, styles, strict=True)]


def _padded(
    columns: Sequence[Column], widths: Sequence[int], texts: Sequence[str], styles: Sequence[str]
) -> tuple[Part, ...]:
    """Return a row as parts, two spaces apart, plain cells with their neighbours; nothing follows its last text."""
    last = max((i for i, text in enumerate(texts) if text), default=0)
    parts: list[Part] = []
    plain = ""
    for i, (column, width, text, style) in enumerate(zip(columns[: last + 1], widths, texts, styles, strict=False)):
        gap, rest = "  " if i else "", " " * (width - len(text))
        plain += gap + rest if column.right else gap
        if style:
            parts += [plain, Styled(text, style)]
            plain = ""
        else:
            plain += text
        plain += rest if i < last and not column.right else ""
    return (*parts, plain)


def _show_folded(columns: Sequence[Column], rows: Iterable[Sequence[Part]]) -> None:
    from rich.table import Column as TableColumn  # start-up: a narrow terminal alone loads it
    from rich.table import Table
    from rich.text import Text

    table = Table(
        *(
            TableColumn(column.name, justify="right" if column.right else "left", no_wrap=column.rigid, overflow="fold")
            for column in columns
        ),
        box=None,
        pad_edge=False,
        show_header=any(column.name for column in columns),
    )
    for row in rows:
        table.add_row(*(Text(visible(_text(part)), part.style if isinstance(part, Styled) else "") for part in row))
    _console(sys.stdout).print(table)


def write_document(text: str) -> None:
    """Write a whole document, which escapes its texts by the rules of its own format.

    It is UTF-8 whatever the encoding of the stream, as documents say; a terminal alone gets its own encoding. JSON and
    YAML read the escapes back as the number signs with which a host's command begins.
    """
    text = text.replace("##", "\\u0023\\u0023")
    sys.stdout.flush()
    buffer = None if sys.stdout.isatty() else getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8", "backslashreplace"))


def write_json(value: Any) -> None:
    """Write a value as JSON in ASCII, which holds every character as an escape that is none of its own."""
    import json  # start-up: most commands write none

    write_document(json.dumps(value, indent=1) + "\n")


def write_over(text: str) -> None:
    """Write over the line of standard error that the cursor is on; empty text clears it."""
    sys.stderr.write(f"\r{text}" if text else "\r\x1b[K")


def has_colours(stream: IO[str]) -> bool:
    """Whether a stream shows colours: on a terminal, unless NO_COLOR holds any text or the terminal is dumb.

    Sources: https://no-color.org; terminfo(5) on the terminal type `dumb`.
    """
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def error_console() -> "Console":
    """Return the console of progress bars: standard error."""
    return _console(sys.stderr)


def _console(stream: IO[str]) -> "Console":
    from rich.console import Console

    is_terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=is_terminal,
        color_system="standard" if has_colours(stream) else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _text(part: Part) -> str:
    return part.text if isinstance(part, Styled) else part


def _coloured(part: Part, text: str) -> str:
    if not isinstance(part, Styled) or not part.style:
        return text
    return f"\x1b[{';'.join(_CODES[word] for word in part.style.split())}m{text}\x1b[0m"


def _escape(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}\\u{ord(match[0][-1]):04x}"
