"""The first mistakes of a person: each first finding says where, the value found, the value wanted, and how to mend it.

Each stands once in a statement that is right otherwise. The table is the one on which check-jsonschema was compared.
"""

import shutil
from typing import NamedTuple

import pytest

from dls.checking.validate import check
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
TEXT = (DOCUMENTS / "publisher.yaml").read_text()


class Mistake(NamedTuple):
    """A right text, the wrong one in its place, the line of the finding (counted from the mistake), and its words."""

    right: str
    wrong: str
    code: str
    line: int
    words: tuple[str, ...]


WEIGHTS = '"1b3aeff0629007703f47b5c21e98e2b8f2393b5528643330d3d58eba92bb0c32"'
PROCESS = next(line for line in TEXT.splitlines(keepends=True) if "dimension: process" in line)
VALUE = "{count: 1389, n: 1500, value: 0.9260, interval: {low: 0.9139"
ACCEPTANCE = TEXT[TEXT.index("acceptances:\n") : TEXT.index("evidence:\n  - {id")]
STUDENT = '  name: "example/student-1b"\n'
MISTAKES = {
    "one space too many": Mistake(STUDENT, f" {STUDENT}", "DLS001", 1, ("found 2 spaces", "wanted 3 or 0")),
    "one space too few": Mistake(
        '  source: "hf://example/student-1b"', ' source: "hf://example/student-1b"', "DLS001", 0,
        ("found 1 space of", "wanted 2 or 0, as the lines above have"),
    ),
    "a tab": Mistake(STUDENT, f"\t{STUDENT.lstrip()}", "DLS001", 0, ("a tab", "write spaces")),
    "a no-break space": Mistake(STUDENT, f"\xa0\xa0{STUDENT.lstrip()}", "DLS001", 0, ("a no-break space",)),
    "an open quote": Mistake(
        'issued: "2026-11-24"', 'issued: "2026-11-24', "DLS001", 0, ("a quote opens here", "not closed", "close it")
    ),
    "an open quote in the last text": Mistake(
        'about long conversations."', "about long conversations.", "DLS001", 0, ("opens here and is never closed",)
    ),
    "an open brace": Mistake(
        'contact: "models@example.org"}', 'contact: "models@example.org"', "DLS001", 0,
        ("'{' opens here", "not closed before line", "close it with '}'"),
    ),
    "a missing dimension": Mistake(
        PROCESS, "", "DLS601", None, ("nothing is said about process", "add a claim", "state its absence")
    ),
    "a missing member": Mistake(
        'issued: "2026-11-24"\n', "", "DLS003", None,
        ("member 'issued' is missing", "the day on which", 'add it, as in issued: "2026-11-24"'),
    ),
    "a number in quotes": Mistake(
        VALUE, VALUE.replace("0.9260", '"0.9260"'), "DLS003", 0,
        ("found text '0.9260'", "wanted a number", "take the quotes off"),
    ),
    "a decimal comma": Mistake(
        VALUE, VALUE.replace("0.9260", '"0,9260"'), "DLS003", 0,
        ("found text '0,9260'", "wanted a number", "write a point, not a comma: 0.9260"),
    ),
    "a decimal comma in braces": Mistake(
        VALUE, VALUE.replace("0.9260", "0,9260"), "DLS001", 0, ("',9260'", "write a point, not a comma: 0.9260")
    ),
    "a value in per cent": Mistake(
        VALUE, VALUE.replace("0.9260", "92.60%"), "DLS003", 0,
        ("found text '92.60%'", "wanted a number", "write a share, not per cent: 0.9260"),
    ),
    "a percentage for a share": Mistake(
        VALUE, VALUE.replace("0.9260", "92.60"), "DLS205", 0,
        ("92.6 is outside", "'accuracy', 0 to 1", "divide by 100, to 0.926"),
    ),
    "an option that there is not": Mistake(
        "access: white_box\n  base", "access: whitebox\n  base", "DLS003", 0,
        ("found text 'whitebox'", "wanted one of", "did you mean 'white_box'?"),
    ),
    "a digest that is too short": Mistake(
        WEIGHTS, f'{WEIGHTS[:-2]}"', "DLS003", 0,
        (WEIGHTS[1:-2], "wanted a SHA-256 digest", "it has 63 characters, wanted 64"),
    ),
    "a digest with a prefix": Mistake(
        WEIGHTS, WEIGHTS.replace('"', '"sha256:', 1), "DLS003", 0,
        ("found text 'sha256:", "wanted a SHA-256 digest", "take the prefix 'sha256:' off"),
    ),
    "a digest in capitals": Mistake(
        WEIGHTS, WEIGHTS.upper(), "DLS003", 0, ("wanted a SHA-256 digest", "write it in lower case")
    ),
    "a misspelt metric": Mistake(
        "metric: brier_top_label", "metric: brier_toplabel", "DLS201", 0,
        ("metric 'brier_toplabel'", "did you mean 'brier_top_label'?"),
    ),
    "a day in another order": Mistake(
        'issued: "2026-11-24"', 'issued: "24.11.2026"', "DLS003", 0,
        ("found text '24.11.2026'", "wanted a day as YYYY-MM-DD", 'write "2026-11-24"'),
    ),
    "a day that there is not": Mistake(
        'issued: "2026-11-24"', 'issued: "2026-02-30"', "DLS105", 0, ("2026-02-30", "calendar")
    ),
    "a misspelt member": Mistake(
        'issued: "2026-11-24"', 'isued: "2026-11-24"', "DLS003", 0, ("unknown member 'isued'", "did you mean 'issued'?")
    ),
    "a missing acceptance": Mistake(
        ACCEPTANCE, "acceptances: []\n", "DLS605", None, ("claim 'diversity-entropy' is lost", "add one")
    ),
    "a later version": Mistake(
        'dls_version: "1.0"', 'dls_version: "1.7"', "DLS002", 0, ("1.7", "knows 1.0", "take a newer release")
    ),
    "an extension without a name space": Mistake(
        "extensions: {}", "extensions: {org.example: 1}", "DLS003", 0, ("'org.example'", "wanted a name x-NAME")
    ),
}  # fmt: skip


@pytest.fixture
def findings(tmp_path):
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)

    def of(mistake):
        assert TEXT.count(mistake.right) == 1
        path = tmp_path / "dls.yaml"
        path.write_text(TEXT.replace(mistake.right, mistake.wrong))
        return check(path).findings

    return of


@pytest.mark.parametrize("name", MISTAKES)
def test_the_first_finding_names_the_mistake_and_its_mending(findings, name):
    mistake = MISTAKES[name]
    first = findings(mistake)[0]
    assert first.code == mistake.code
    assert [word for word in mistake.words if word not in first.message] == []


@pytest.mark.parametrize("name", [name for name, mistake in MISTAKES.items() if mistake.line is not None])
def test_the_first_finding_stands_at_the_line_of_the_mistake(findings, name):
    mistake = MISTAKES[name]
    line = TEXT[: TEXT.index(mistake.right)].count("\n") + 1
    assert findings(mistake)[0].line == line + mistake.line


@pytest.mark.parametrize("name", [name for name, mistake in MISTAKES.items() if mistake.code == "DLS003"])
def test_a_mistake_of_form_is_one_finding(findings, name):
    assert len(findings(MISTAKES[name])) == 1
