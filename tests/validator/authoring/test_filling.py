"""`dls fill` asks for each gap once, writes every answer at once, and changes nothing else of the file."""

import io
import json
import shutil

import pytest

from dls.authoring.draft import draft_statement
from dls.authoring.filling import fill_gap, gaps_of
from dls.authoring.skeleton import statement_skeleton
from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import parse, read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.evidence.folder import find_manifests
from dls.scenarios.profile import load_profile
from dls.standard.numbers import GAP

ISSUER = f'"{GAP}: the party that issues the statement"'
FORMS = {
    "yaml": yaml_text,
    "json": lambda value: json.dumps(value, indent=1),
    "compact json": lambda value: json.dumps(value, separators=(",", ":")),
    "windows": lambda value: yaml_text(value).replace("\n", "\r\n"),
    "folded": lambda value: yaml_text(value).replace(f'"{GAP}: the use that', f'"{GAP}: the\n    use that'),
    "single quotes": lambda value: yaml_text(value).replace(ISSUER, f"'{GAP}: it''s, {{you}}'"),
    "without quotes": lambda value: yaml_text(value).replace(ISSUER, GAP),
}  # fmt: skip


@pytest.fixture
def draft(publication):
    """Return the writer of a draft in a form; it returns the path."""
    value = draft_statement(
        find_manifests(publication.folder / "evidence"),
        load_profile(publication.folder / "small.yaml"),
        publication.folder,
        {},
        "2026-11-20",
    )

    def write(form="yaml"):
        path = publication.folder / f"draft.{'json' if 'json' in form else 'yaml'}"
        path.write_bytes(FORMS[form](value).encode())
        return path

    return write


def answer(gap, number):
    name = gap.pointer.rpartition("/")[2]
    short = {"review_by": "2027-05-01", "justification": "too_costly", "source": "https://example.org/model"}
    return short.get(name, f"It is \"said\": {{here}}, '{number}' \\ # é 漢")


def fill(path, answers, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in answers)))
    return main(["fill", str(path)])


def outside_of(gaps, value, pointer=""):
    """Return the leaves of a JSON value at other places than some gaps."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        return {} if pointer in gaps else {pointer: value}
    return {k: v for name, part in members for k, v in outside_of(gaps, part, f"{pointer}/{name}").items()}


@pytest.mark.parametrize("form", FORMS)
def test_answers_stand_where_the_gaps_stood_and_nothing_else_changes(draft, monkeypatch, form):
    path = draft(form)
    before, gaps = read(path), gaps_of(read(path))
    answers = [answer(gap, number) for number, gap in enumerate(gaps)]
    assert fill(path, answers, monkeypatch) == 0
    after = read(path)
    assert {gap.pointer: after.source(gap.pointer) is not None for gap in gaps} == dict.fromkeys(
        [g.pointer for g in gaps], True
    )
    pointers = {gap.pointer for gap in gaps}
    assert outside_of(pointers, after.value) == outside_of(pointers, before.value)
    assert {finding.code for finding in check(path).findings if finding.severity == "error"} == set()


def test_numbers_keep_their_digits_and_comments_their_place(tmp_path, monkeypatch):
    path = tmp_path / "dls.yaml"
    text = statement_skeleton(load_profile("demo"), None, "urn:example:1", "2026-11-24")
    path.write_text(text)
    fill(path, ["An issuer"], monkeypatch)
    name = f'issuer: {{name: "{GAP}"'
    assert path.read_text() == text.replace(name, 'issuer: {name: "An issuer"', 1)


def test_a_stopped_dialogue_goes_on_where_it_stopped(draft, monkeypatch, capsys):
    path = draft()
    gaps = gaps_of(read(path))
    assert fill(path, [answer(gap, 0) for gap in gaps[:3]], monkeypatch) == 1
    assert [gap.pointer for gap in gaps_of(read(path))] == [gap.pointer for gap in gaps[3:]]
    capsys.readouterr()
    assert fill(path, [answer(gap, 1) for gap in gaps[3:]], monkeypatch) == 0
    assert capsys.readouterr().out.startswith(f"[1/{len(gaps) - 3}] {gaps[3].pointer}")


def test_an_empty_line_leaves_a_gap_for_later(draft, monkeypatch):
    path = draft()
    gaps = gaps_of(read(path))
    fill(path, ["", answer(gaps[1], 1)], monkeypatch)
    assert [gap.pointer for gap in gaps_of(read(path))] == [gap.pointer for gap in (gaps[0], *gaps[2:])]


def test_an_answer_that_the_form_does_not_allow_is_asked_again(draft, monkeypatch, capsys):
    path = draft()
    gaps = gaps_of(read(path))
    day = next(i for i, gap in enumerate(gaps) if gap.pointer.endswith("review_by"))
    fill(path, [*[""] * day, "next spring", "2027-05-01"], monkeypatch)
    assert "wanted a day as YYYY-MM-DD" in capsys.readouterr().out
    assert read(path).value["acceptances"][0]["review_by"] == "2027-05-01"


def test_each_question_says_what_to_write_and_of_what(draft):
    gaps = gaps_of(read(draft()))
    assert not [gap for gap in gaps if len(gap.question.split()) < 3]
    assert {gap.about for gap in gaps if gap.pointer.startswith("/acceptances/")} == {"diversity-valid-answer-entropy"}


def test_a_file_that_changed_meanwhile_is_left_as_it_is(draft):
    path = draft()
    gap = gaps_of(read(path))[0]
    path.write_text(path.read_text().replace(GAP, "said", 1))
    text = path.read_text()
    with pytest.raises(DlsError, match="is no gap any more"):
        fill_gap(path, gap, "x")
    assert path.read_text() == text


def test_a_full_disk_loses_no_answer(draft, monkeypatch):
    path = draft()
    text, gap = path.read_bytes(), gaps_of(read(path))[0]

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(DlsError, match="cannot be written"):
        fill_gap(path, gap, "x")
    monkeypatch.undo()
    assert path.read_bytes() == text
    assert parse(text, "").value == read(path).value


def test_absences_have_the_reason_of_the_profile_or_of_the_run_and_no_label_by_guess(publication):
    shutil.rmtree(publication.folder / "evidence" / "uncertainty.multiple_choice")
    profile = load_profile(publication.folder / "small.yaml")
    absences = {
        entry["dimension"]: entry
        for entry in draft_statement(find_manifests(publication.folder / "evidence"), profile, publication.folder, {})[
            "absences"
        ]
    }
    assert absences["safety"]["note"] == "Not looked at here."
    assert GAP in absences["uncertainty"]["note"]
    assert all(GAP in entry["justification"] for entry in absences.values())
