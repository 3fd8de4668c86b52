"""The specification, the rules, the schemas and the conformance suite agree with each other."""

import json
import re
import socket
import textwrap
from functools import cache
from pathlib import Path

import pytest

from dls.commands._examples import failing_excerpts, passing_excerpt
from dls.commands.cli import main
from dls.judging.assess import LEVELS
from dls.rules.all_rules import ALL
from dls.rules.justification_matches_the_status import JUSTIFICATIONS
from dls.standard.registry import DIMENSIONS
from dls.standard.specification import spec_folder

ROOT = Path(__file__).parents[1]
SPEC = spec_folder()
DOCUMENTS = SPEC / "conformance" / "documents"
EXPECTED = json.loads((SPEC / "conformance" / "expected.json").read_text())
PAGES = {path.stem: path.read_text() for path in sorted(SPEC.glob("*.md")) if path.name != "README.md"}
HEADINGS = ("Purpose", "Model", "Fields", "Requirements", "Example", "Security", "Notes")
CODES = {rule.code: rule for rule in ALL}

_CODE = re.compile(r"\bDLS\d{3}\b")
_PLACE = re.compile(r"schema `(\w+)#(\S*)`")
_SUITE = re.compile(r"suite `(\w+)`")
_TEST = re.compile(r"test `(\S+)`")
_EXAMPLE = re.compile(r"<!-- conformance (\S+) -->\n```yaml\n(.*?)```", re.DOTALL)


def requirements(name):
    """Return the list items under Requirements, each on one line."""
    section = re.search(r"^## Requirements\n(.*?)(?=^## |\Z)", PAGES[name], re.DOTALL | re.MULTILINE)
    return [
        " ".join(item.split())
        for item in re.findall(r"^- (.*(?:\n  .*)*)", section[1] if section else "", re.MULTILINE)
    ]


def normative():
    return [(name, line) for name in PAGES for line in requirements(name)]


@cache
def schema(kind):
    return json.loads((ROOT / "schema" / "1.0" / f"{kind}.schema.json").read_text())


def has_place(kind, pointer):
    value = schema(kind)
    for token in pointer.split("/")[1:]:
        if not isinstance(value, dict) or token not in value:
            return False
        value = value[token]
    return True


def excerpts(text):
    """Return the runs of lines between elisions, without their indentation."""
    return [part.strip("\n") for part in re.split(r"^\s*# …\n", text, flags=re.MULTILINE) if part.strip()]


def contains(document, excerpt):
    part = textwrap.dedent(excerpt).splitlines()
    lines = document.splitlines()
    return any(textwrap.dedent("\n".join(lines[i : i + len(part)])).splitlines() == part for i in range(len(lines)))


# --- from the pages to the rules, schemas and tests that enforce them


def test_only_requirements_contain_must():
    outside = {
        name: re.findall(
            r"MUST", re.sub(r"^## Requirements\n(.*?)(?=^## |\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
        )
        for name, text in PAGES.items()
    }
    assert {name: matches for name, matches in outside.items() if matches} == {}


def test_every_must_names_its_enforcement():
    silent = [
        (name, line)
        for name, line in normative()
        if "MUST" in line and not any(kind.search(line) for kind in (_CODE, _PLACE, _SUITE, _TEST))
    ]
    assert silent == []


def test_the_names_in_a_requirement_exist():
    missing = []
    for name, line in normative():
        missing += [(name, code) for code in _CODE.findall(line) if code not in CODES]
        missing += [(name, place) for place in _PLACE.findall(line) if not has_place(*place)]
        missing += [(name, part) for part in _SUITE.findall(line) if part not in EXPECTED]
        missing += [(name, path) for path in _TEST.findall(line) if not (ROOT / path).is_file()]
    assert missing == []


def test_a_code_outside_of_the_requirements_is_a_rule():
    assert {code for text in PAGES.values() for code in _CODE.findall(text)} - set(CODES) == set()


# --- from the rules to the pages and the suite


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_a_requirement_of_its_page(code):
    page = CODES[code].spec
    assert page in PAGES
    assert any(code in line for line in requirements(page)), f"spec/1.0/{page}.md does not name {code}"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_failing_and_a_passing_document(code):
    assert list(failing_excerpts(code)) != []
    silent = {case["waivers"] for case in EXPECTED["reader"] if case.get("waiver_findings") == []}
    assert passing_excerpt(code).name in {*EXPECTED["pass"], *silent}


def test_the_requirements_of_errors_contain_must():
    for name, line in normative():
        for code in _CODE.findall(line):
            if CODES[code].severity == "error":
                assert "MUST" in line, (name, line)


# --- the form of the pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_fixed_headings_in_their_order(name):
    headings = re.findall(r"^## (.*)$", PAGES[name], re.MULTILINE)
    assert headings == [heading for heading in HEADINGS if heading in headings]
    assert {"Purpose", "Requirements"} <= set(headings)


def test_every_page_stands_in_the_reading_order():
    names = re.findall(r"^\| \[[^\]]*\]\((\w+)\.md\)", (SPEC / "README.md").read_text(), re.MULTILINE)
    assert sorted(names) == sorted(PAGES)


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if "```yaml" in text])
def test_an_example_is_taken_from_the_suite(name):
    examples = _EXAMPLE.findall(PAGES[name])
    assert len(examples) == PAGES[name].count("```yaml")
    for document, text in examples:
        source = (DOCUMENTS / document).read_text()
        for excerpt in excerpts(text):
            assert contains(source, excerpt), f"{document} does not hold:\n{excerpt}"


def test_the_eight_dimensions_stand_in_their_order():
    line = next(line for line in PAGES["terms"].split("\n- ") if line.startswith("**dimension**"))
    assert tuple(re.findall(r"`(\w+)`", line)) == DIMENSIONS
    assert schema("statement")["$defs"]["dimension"]["enum"] == list(DIMENSIONS)


CLOSED_LISTS = {
    "outcomes": ["claim/properties/reason", "target/properties/outcome"],
    "absences": ["absence/properties/status", "absence/properties/justification"],
    "assurance": ["assurance"],
    "scenarios": ["target/properties/kind"],
    "evidence": ["evidence/properties/kind"],
    "terms": ["reading_dimension", "claim/properties/comparator", "claim/properties/outcome"],
}


@pytest.mark.parametrize("name", CLOSED_LISTS)
def test_a_page_explains_every_value_of_the_lists_that_it_is_about(name):
    """The field tables do not count, since they are made from the schemas."""
    prose = re.sub(r"(?s)<!-- fields .*?<!-- /fields -->", "", PAGES[name])
    for place in CLOSED_LISTS[name]:
        part = schema("statement")["$defs"]
        for token in place.split("/"):
            part = part[token]
        assert [value for value in part["enum"] if f"`{value}`" not in prose] == [], place


def test_justifications_stand_beside_their_status():
    items = re.findall(r"^- `(\w+)`: (.*(?:\n  .*)*)", PAGES["absences"], re.MULTILINE)
    assert {status: tuple(re.findall(r"`(\w+)`", text)) for status, text in items} == JUSTIFICATIONS


def test_levels_of_assurance_stand_in_their_order():
    rows = re.findall(r"^\| `(\w+)` \|", PAGES["assurance"], re.MULTILINE)
    assert tuple(row for row in rows if row in LEVELS) == LEVELS


# --- requirements of a validator that no suite can show


def test_validation_fetches_nothing(monkeypatch, capsys):
    def refuse(*_):
        raise AssertionError("the validator opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert main(["validate", str(DOCUMENTS / "publisher.yaml")]) == 0  # its evidence lies at https://
    assert "0 errors" in capsys.readouterr().out


def test_an_unreadable_input_hides_no_other_input(capsys):
    unreadable, failing = DOCUMENTS / "DLS001-anchor.yaml", DOCUMENTS / "DLS601-silence.yaml"
    assert main(["validate", str(unreadable), str(DOCUMENTS / "no-such-file.yaml"), str(failing)]) == 2
    out = capsys.readouterr().out
    assert "DLS001" in out
    assert "DLS601" in out


@pytest.mark.parametrize("form", ["text", "json", "github", "junit", "sarif", "gitlab"])
def test_quoted_text_moves_no_cursor(form, tmp_path, capsys):
    """An acceptance of a claim whose name holds a direction mark: the finding quotes it."""
    text = (
        (DOCUMENTS / "publisher.yaml").read_text().replace('path: "profile.yaml"', r'path: "\u202Eprofile\u001B.yaml"')
    )
    (tmp_path / "dls.yaml").write_text(text)
    main(["validate", "--format", form, str(tmp_path / "dls.yaml")])
    out = capsys.readouterr().out
    assert "profile" in out
    assert "\u202e" not in out
    assert "\x1b" not in out
