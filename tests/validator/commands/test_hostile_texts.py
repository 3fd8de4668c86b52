"""No text of a document, and no name of a file, starts a line, moves a cursor or commands the host of a CI run.

Each command that `dls` declares is tried in each of its formats, so that a new command has to say how it is tried.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO

import pytest
from tests.validator.conftest import PROFILE

from dls.commands.cli import COMMANDS, main, parser_of
from dls.document.writer import yaml_text
from dls.standard.numbers import GAP

LINE = "INJECTED"
HOSTILE = f"x\n{LINE}\n::error title=t::m\r\x1b[31m\x07\x9b2J\u202e\u2066\u2028\x85##[error]y\ufffe\ufdd0"
NAMES = ("::warning title=t::.dls.yaml", f"a\n{LINE}\n::error::##[group]\x1b[2J\u202e.dls.yaml")
MALFORMED = "malformed.dls.json"
GAPS = "::gaps.dls.json"
CARD = "::error title=t::.md"
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0\ufffe\uffff]")
ANNOTATION = re.compile(r"::(error|warning|notice) (file=[^:,]+,(line=\d+,col=\d+,)?)?title=(DLS\d{3}|dls)::[^\n]*")


def hostile_statement(statement):
    """Return a statement with a hostile text wherever its schema allows any text."""
    texts = {"intended_use": HOSTILE, "out_of_scope": HOSTILE, "stakes": HOSTILE}
    evidence = [entry | {"path": HOSTILE, "note": HOSTILE} for entry in statement["evidence"]]
    return statement | {
        "issuer": statement["issuer"] | {"name": HOSTILE, "contact": HOSTILE},
        "scenario": statement["scenario"] | texts,
        "evidence": evidence,
        "limits": HOSTILE,
        "reproductions": [
            {"by": HOSTILE, "performed_on": "2026-11-23", "sha256": "0" * 64, "path": HOSTILE, "envelope": HOSTILE}
        ],
    }


@pytest.fixture
def folder(publication, monkeypatch):
    """Return the folder of hostile documents under hostile names; it is the working folder."""
    monkeypatch.chdir(publication.folder)
    statement = hostile_statement(publication.statement)
    for name in NAMES:
        (publication.folder / name).write_text(json.dumps(statement))
    front = {"dls": {"version": HOSTILE, "path": HOSTILE}, "base_model": HOSTILE, HOSTILE: HOSTILE}
    (publication.folder / CARD).write_text(f"---\n{yaml_text(front)}---\n")
    malformed = statement | {HOSTILE: 1, "issuer": {"name": HOSTILE, "role": HOSTILE}, "revision": HOSTILE}
    (publication.folder / MALFORMED).write_text(json.dumps(malformed))
    (publication.folder / GAPS).write_text(json.dumps(statement | {"limits": f"{GAP}: {HOSTILE}"}))
    monkeypatch.setattr("sys.stdin", StringIO(f"{HOSTILE}\n"))
    profile = PROFILE | {"title": HOSTILE, "rationale": HOSTILE, "population": HOSTILE}
    (publication.folder / f"{NAMES[0]}.profile.yaml").write_text(yaml_text(profile))
    return publication.folder


MODELS = ("--teacher", HOSTILE, "--student", HOSTILE)
CASES = {
    "validate": [
        (*NAMES, MALFORMED, HOSTILE),
        (CARD,),
        (NAMES[0], "--trust", NAMES[0]),
        (NAMES[0], "--waivers", NAMES[0]),
    ],
    "explain": [(HOSTILE,)],
    "init": [("--scenario", HOSTILE), ("--scenario", f"./{NAMES[0]}.profile.yaml"), ("--scenario", f"./{NAMES[1]}")],
    "scenarios": [(HOSTILE,), (f"./{NAMES[0]}.profile.yaml",), (f"./{NAMES[1]}",)],
    "metrics": [(HOSTILE,)],
    "probes": [(HOSTILE,)],
    "probe": [("run", *MODELS, "--scenario", "demo", "--out", "out"), (HOSTILE,)],
    "draft": [("evidence", "-o", NAMES[0]), (NAMES[1], "-o", "x.yaml"), ("evidence", "-o", "::x", "--issued", HOSTILE)],
    "fill": [(GAPS,), (NAMES[0],), (MALFORMED,), (HOSTILE,)],
    "recompute": [(NAMES[0],), (NAMES[1],), (MALFORMED,), (HOSTILE,)],
    "reproduce": [(NAMES[0], *MODELS, "-o", "report.yaml"), (MALFORMED, *MODELS, "-o", "report.yaml")],
    "report": [(NAMES[1], "-o", "page.md"), (MALFORMED, "-o", NAMES[0]), (HOSTILE, "-o", "page.md")],
    "sign": [(NAMES[0], "--key", NAMES[1]), ("--new-key", NAMES[0]), ("--new-key", "k", "--party", HOSTILE)],
    "verify": [(NAMES[0], "--trust", NAMES[1]), (NAMES[1], "--trust", "evidence", "--statement", NAMES[0])],
    "attach": [
        (NAMES[0], "--card", CARD),
        (NAMES[1], "--card", NAMES[1]),
        ("--card", CARD, "--check"),
        ("--card", CARD, "--remove"),
        (HOSTILE, "--card", HOSTILE, "--picture", HOSTILE),
    ],
    "diff": [("dls.yaml", NAMES[0]), (NAMES[0], "dls.yaml"), (MALFORMED, NAMES[1]), (f"HEAD:{HOSTILE}", HOSTILE)],
    "hub": [("check", HOSTILE), ("propose", HOSTILE, NAMES[0], "--dry-run"), ("propose", HOSTILE, MALFORMED)],
    "import": [
        (form, "--teacher", path, "--student", path, "-o", "imported", "--scenario", "demo")
        for form in ("table", "lm-eval", "inspect")
        for path in (CARD, NAMES[0], HOSTILE)
    ],
    "export": [
        ("--to", form, name, "-o", f"exported-{form}-{i}.json")
        for i, name in enumerate((*NAMES, MALFORMED, HOSTILE))
        for form in ("cyclonedx", "spdx", "in-toto", "model-index", "eval-results", "eee")
    ],
    "demo": [("--out", NAMES[0])],
}
"""Words after each command. A command that is not here has not been tried."""


each_command = pytest.mark.parametrize(
    "command",
    [pytest.param(command, marks=[pytest.mark.slow] * (command.name == "report")) for command in COMMANDS],
    ids=lambda command: command.name,
)
"""Drawing the pictures of a report takes a quarter of a minute."""


def formats(command) -> Iterator[tuple[str, ...]]:
    """Yield the words that choose each format of a command; none where it has no formats."""
    actions = parser_of(command)._actions  # noqa: SLF001 - what a parser declares is nowhere else
    choices = next((action.choices for action in actions if action.dest == "format"), None)
    yield from (("--format", name) for name in choices) if choices else [()]


def run(words, capture):
    """Run a command and return what it wrote on each stream; both have to be UTF-8."""
    with suppress(SystemExit):
        main(words)
    return [stream.decode() for stream in capture.readouterr()]


def offences(text: str) -> list[str]:
    """Return what a terminal or a CI host would take for something else than text."""
    lines = text.split("\n")
    commands = [line for line in lines if line.lstrip().startswith("::") and not ANNOTATION.fullmatch(line)]
    lines_of_the_text = [line for line in lines if line.strip().startswith(LINE)]
    return [*FORBIDDEN.findall(text), *commands, *lines_of_the_text, *re.findall(r"##\[|##vso\[", text)]


def test_the_oracle_sees_each_kind_of_offence():
    assert len(offences(HOSTILE)) > 10
    assert offences("  ::error::x") == ["  ::error::x"]
    assert offences("::error file=a,line=1,col=1,title=DLS003::\\u000a::error::x") == []


@each_command
def test_no_hostile_text_gets_out_of_a_command_in_any_format(command, folder, capsysbinary):
    assert folder.exists()
    for words in CASES[command.name]:
        for form in formats(command):
            for text in run([command.name, *words, *form], capsysbinary):
                assert offences(text) == [], (words, form)


@each_command
def test_no_hostile_argument_gets_out_of_a_parser(command, capsysbinary):
    for text in run([command.name, f"--{HOSTILE}", HOSTILE, HOSTILE, HOSTILE], capsysbinary):
        assert offences(text) == []


def test_every_hostile_text_is_printed_and_so_seen(folder, capsysbinary):
    out, _ = run(["validate", MALFORMED], capsysbinary)
    assert "\\u000aINJECTED\\u000a" in out
    assert folder.exists()
