"""The pictures: every target and absence is in them, with its numbers, and a reader who does not see them has words."""

import re
import struct
import zlib
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import pytest
from lxml import etree

pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from dls import plot
from dls.commands.cli import main
from dls.errors import DlsError
from dls.judging.limit_use import LimitUse
from dls.page.composition import page_of
from dls.page.view import HIGH, LOW
from dls.plot.line_places import arrows, bar, clipped, outcome_label, worst_lines
from dls.plot.palette import COLOURS, DARK
from dls.plot.rendering import standalone, svg_text
from dls.plot.words import description
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context

DOCUMENTS = spec_folder() / "conformance" / "documents"
PAGE = page_of(DOCUMENTS / "publisher.yaml", today=date(2026, 12, 1))
MINUS = "\N{MINUS SIGN}"
ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
ROWS = [row for group in PAGE.groups for row in group.rows]


def chunks(data):
    """The chunks of a PNG; each has the checksum that its bytes give."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place = 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(name + body)
        yield name, body
        place += 12 + length


def texts(svg):
    return [element.text or "" for element in etree.fromstring(svg.encode()).iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def pictures():
    return {narrow: svg_text(plot.losses(PAGE, narrow=narrow), "a title", "a text") for narrow in (False, True)}


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_each_target_and_each_absence_has_a_line(pictures, narrow):
    shown = texts(pictures[narrow])
    assert [row.title for row in ROWS if clipped(row.title) not in shown] == []
    assert [row.claim for row in ROWS if outcome_label(row) not in shown] == []
    assert [absence.label for absence in PAGE.absences if not any(absence.label in text for text in shown)] == []


def test_the_columns_hold_the_numbers(pictures):
    shown = texts(pictures[False])
    assert [row.claim for row in ROWS for cell in (row.teacher, row.student, row.limit) if cell not in shown] == []


def test_a_picture_has_a_title_and_a_description(pictures):
    root = etree.fromstring(standalone(pictures[False]).encode())
    ids = {element.get("id"): element.text for element in root}
    assert [ids[name] for name in root.get("aria-labelledby").split()] == ["a title", "a text"]


def test_every_colour_of_a_picture_has_a_dark_one(pictures):
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', pictures[False] + pictures[True]))
    assert colours <= set(DARK)
    assert len(set(COLOURS.values())) == len(COLOURS)


@pytest.mark.parametrize(
    ("place", "span", "signs"),
    [
        (LimitUse(2.0, 1.9, 2.5), (1.9, 2.5), []),
        (LimitUse(5.25, 4.0, 6.0), None, [(1, "5.25 ▶")]),
        (LimitUse(2.5, 1.0, 7.0), (1.0, HIGH), [(1, "7 ▶")]),
        (LimitUse(-4.0, -6.0, -2.0), None, [(-1, f"◀ {MINUS}4")]),
        (LimitUse(0.5, -3.0, 12.0), (LOW, HIGH), [(-1, f"◀ {MINUS}3"), (1, "12 ▶")]),
        (LimitUse(9.0), None, [(1, "9 ▶")]),
        (LimitUse(-2253.4), None, [(-1, f"◀ {MINUS}2,253")]),
    ],
)
def test_an_arrow_with_its_number_stands_for_the_part_off_the_axis(place, span, signs):
    assert bar(place) == span
    assert list(arrows(place)) == signs


def test_a_target_without_a_scale_shows_its_numbers():
    row = msgspec.structs.replace(ROWS[0], place=None, place_note="the margin is 0")
    group = msgspec.structs.replace(PAGE.groups[0], rows=(row,), absences=())
    shown = texts(svg_text(plot.losses(msgspec.structs.replace(PAGE, groups=(group,))), "t", "d"))
    assert [text for text in shown if text.startswith("◇ no scale here") and row.limit in text]


def test_a_chart_is_an_altair_chart_of_a_path():
    import altair as alt

    assert isinstance(plot.losses(DOCUMENTS / "publisher.yaml"), alt.LayerChart)


def test_curves_without_records_are_refused_in_a_sentence():
    for picture in (plot.reliability, plot.risk_coverage, plot.divergence):
        with pytest.raises(DlsError, match="beside the statement"):
            picture(PAGE)


def test_a_png_is_one_and_names_its_statement(tmp_path):
    target = tmp_path / "losses.png"
    assert main(["report", str(DOCUMENTS / "publisher.yaml"), "-o", str(target)]) == 0
    names, marks = [], []
    for name, body in chunks(target.read_bytes()):
        names.append(name)
        marks += [body] if name == b"tEXt" else []
    assert (names[0], names[-1]) == (b"IHDR", b"IEND")
    assert marks == [f"dls-core-sha256\0{PAGE.core_sha256}".encode()]


def test_a_page_names_the_core_that_a_reproduction_binds():
    assert PAGE.core_sha256 == open_context(DOCUMENTS / "publisher.yaml").core_sha256


def test_the_picture_of_the_readme_is_that_of_the_demos_statement(tmp_path):
    """The statement beside it is the demo's; `make showcase` writes both again."""
    target = tmp_path / "losses.svg"
    assert main(["report", str(ROOT / "docs" / "demo" / "dls.yaml"), "-o", str(target)]) == 0
    assert target.read_text() == (ROOT / "docs" / "demo" / "losses.svg").read_text()
    assert "docs/demo/losses.svg" in (ROOT / "README.md").read_text()


def page_of_rows(count):
    """The page with many more rows: of each outcome as many in turn, the worst last."""
    outcomes = ("preserved", "inconclusive", "lost")
    rows = tuple(
        msgspec.structs.replace(ROWS[0], claim=f"c{i}", outcome=outcomes[3 * i // count], acceptedness=None)
        for i in range(count)
    )
    group = msgspec.structs.replace(PAGE.groups[0], rows=rows, absences=())
    return msgspec.structs.replace(PAGE, groups=(group, *(g for g in PAGE.groups[1:] if g.absences)))


@pytest.mark.parametrize(
    ("count", "shown", "rest"),
    [(60, {"lost": 20, "inconclusive": 20, "preserved": 20}, 0),
     (120, {"lost": 40, "inconclusive": 40, "preserved": 14}, 26),
     (3000, {"lost": 94}, 2906)],
)  # fmt: skip
def test_of_many_lines_the_worst_are_shown_and_the_others_counted(count, shown, rest):
    page = page_of_rows(count)
    lines = worst_lines(page)
    assert Counter(line.row.outcome for line in lines if line.row) == shown
    notes = [line.note for line in lines if "none of them worse" in line.note]
    left_out = sum(int(note.split()[0].replace(",", "")) for note in notes)
    assert left_out == rest == count - sum(shown.values())
    assert [line.absence for line in lines if line.absence] == list(page.absences)
    assert all(note in description(page) for note in notes)
