"""The picture of the matrix says what the table says, to readers who see colours and to those who do not."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from planted.parts import read
from planted.plan import HEADLINE
from tests.test_site import made

RESULTS = read(Path(__file__).parents[2] / "planted" / "results")
LOOKS = {"preserved": ("good", "P"), "inconclusive": ("open", "I"), "lost": ("bad", "L")}


def picture():
    text = re.search(r"<svg.*?</svg>", made()["planted.md"], re.DOTALL)[0]
    return ET.fromstring(text)  # noqa: S314 - the page is ours


@pytest.mark.slow
def test_the_picture_holds_the_outcome_of_each_target_as_a_colour_and_a_letter():
    outcomes = [v.outcome for cell in RESULTS.matrix if cell.probe != HEADLINE for v in cell.verdicts]
    rectangles = [element.get("class") for element in picture().iter("rect")]
    letters = [element.text for element in picture().iter("text") if element.text in {"P", "I", "L"}]
    assert sorted(rectangles) == sorted(LOOKS[outcome][0] for outcome in outcomes)
    assert sorted(letters) == sorted(LOOKS[outcome][1] for outcome in outcomes)
    assert [LOOKS[o][0] for letter in letters for o in LOOKS if LOOKS[o][1] == letter] == rectangles


@pytest.mark.slow
def test_the_picture_has_a_title_and_a_description_that_names_each_loss():
    figure = picture()
    ids = figure.get("aria-labelledby").split()
    texts = {element.get("id"): element.text for element in figure if element.get("id")}
    assert list(texts) == ids
    for cell in RESULTS.matrix:
        lost = [v.metric for v in cell.verdicts if v.outcome == "lost" and cell.probe != HEADLINE]
        row = texts[ids[1]].partition(f"{cell.student}: ")[2].partition(";")[0]
        assert all(f"{metric} in {cell.dimension}" in row for metric in lost)


@pytest.mark.slow
def test_no_cell_stands_outside_of_the_picture():
    figure = picture()
    _, _, width, height = map(float, figure.get("viewBox").split())
    for element in figure.iter("rect"):
        assert float(element.get("x")) + float(element.get("width")) <= width
        assert float(element.get("y")) + float(element.get("height")) <= height
