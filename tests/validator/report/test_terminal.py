"""The one exit: what a stream gets of a text, on a terminal and elsewhere."""

import ast
import io
from pathlib import Path

import pytest

from dls.report import terminal
from dls.report.terminal import Column, Styled, has_colours, line, show, show_table, write_document

ROOT = Path(__file__).parents[3]
PRINTERS = sorted(
    path
    for folder in ("validator/dls/commands", "validator/dls/report", "reference_probes/dls_probes/commands")
    for path in (ROOT / folder).glob("*.py")
    if path.name != "terminal.py"
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("path", PRINTERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_prints_but_the_exit(path):
    names = {"print", "Console"}
    nodes = list(ast.walk(ast.parse(path.read_text())))
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    assert not [call.id for call in calls if isinstance(call, ast.Name) and call.id in names]
    assert not [call for call in calls if isinstance(call, ast.Attribute) and call.attr in {"write", "writelines"}]


LINES = {
    "a command of GitHub": ("::error::x", "\\u003a:error::x"),
    "indented": ("  ::error::x", "  \\u003a:error::x"),
    "an older one": ("a ##[error]x", "a \\u0023#[error]x"),
    "one of Azure": ("##vso[task.setvariable]x", "\\u0023#vso[task.setvariable]x"),
    "one of TeamCity": ("##teamcity[x]", "\\u0023#teamcity[x]"),
    "not first": ("a::error::x", "a::error::x"),
    "a heading": ("## Why", "## Why"),
    "a new line": ("a\nb", "a\\u000ab"),
    "a colour": ("\x1b[31m", "\\u001b[31m"),
    "a direction": ("\u202e", "\\u202e"),
    "no character": ("\uffff", "\\uffff"),
    "a tag": ("\U000e0041", "\\U000e0041"),
    "letters": ("Größe 漢字 🎈", "Größe 漢字 🎈"),
}


@pytest.mark.parametrize("case", LINES)
def test_a_line_holds_text_alone(case):
    text, safe = LINES[case]
    assert line(text) == safe


def test_a_command_in_two_parts_is_none_either():
    assert line(":", ":error::x") == "\\u003a:error::x"
    assert line(Styled("::", "red"), "error::x", colour=True) == "\\u003a:error::x"


def test_a_terminal_sees_styles_and_a_pipe_text():
    assert line("a: ", Styled("error", "bold red"), colour=True) == "a: \x1b[1;31merror\x1b[0m"
    assert line("a: ", Styled("error", "bold red")) == "a: error"


COLOURS = {
    "a terminal": ({}, True, True),
    "a pipe": ({}, False, False),
    "NO_COLOR": ({"NO_COLOR": "1"}, True, False),
    "NO_COLOR without text": ({"NO_COLOR": ""}, True, True),
    "a dumb terminal": ({"TERM": "dumb"}, True, False),
}


@pytest.mark.parametrize("case", COLOURS)
def test_colours_follow_the_stream_and_the_environment(monkeypatch, case):
    environment, is_terminal, expected = COLOURS[case]
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_colours(Terminal() if is_terminal else io.StringIO()) is expected


LONG = "uncertainty-ece-debiased-squared-uncertainty.multiple_choice"
ROWS = [(LONG, Styled("refuted", "bold red"), "why " * 60), ("two[red]", "confirmed", f"a\nb {'x' * 300}")]
COLUMNS = (Column("claim"), Column("verdict", rigid=True), Column("why"))


def test_a_row_is_a_line_where_no_terminal_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    show_table(COLUMNS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(ROWS)
    assert lines[1].split()[:3] == [LONG, "refuted", "why"]
    assert lines[2].split() == ["two[red]", "confirmed", "a\\u000ab", "x" * 300]


def test_a_narrow_terminal_folds_and_cuts_nothing(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show_table(COLUMNS, ROWS)
    text = screen.getvalue()
    assert "\u2026" not in text
    assert "\x1b[1;31mrefuted" in text
    assert len(text.splitlines()) > 1 + len(ROWS)


def test_a_document_is_utf_8_whatever_the_stream(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr("sys.stdout", stream)
    show("first")
    write_document("é 漢\n")
    stream.flush()
    assert stream.buffer.getvalue() == "first\né 漢\n".encode()


def test_a_table_without_names_has_no_head(capsys):
    show_table((Column("", rigid=True), Column("")), [("a", "b")])
    assert capsys.readouterr().out == "a  b\n"
    assert terminal.line("") == ""
