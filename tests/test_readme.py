"""The README and the site's first page show the demo as it ran, and each claim of theirs is tried."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from dls.checking.validate import check
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.report.outcome_table import outcome_lines

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
STATEMENT = ROOT / "docs" / "demo" / "dls.yaml"
MOST_CHARACTERS = 160
HAND_WRITTEN = (
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs" / "probes").glob("*.md"),
    *(ROOT / "spec" / "1.0").glob("*.md"),
)


def demo_output():
    """The script that fills both pages, which is in no package."""
    spec = importlib.util.spec_from_file_location("demo_output", ROOT / "docs" / "demo_output.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", demo_output().PAGES, ids=lambda path: path.name)
def test_a_page_shows_the_output_of_the_demo(page):
    """`make showcase` saves the output and fills the pages."""
    module = demo_output()
    text = page.read_text()
    assert module.filled(text, module.OUTPUT.read_text()) == text
    assert "dimension    metric" in text


def test_the_table_of_the_output_is_that_of_the_demos_statement():
    lines = list(outcome_lines(check(STATEMENT).outcomes))
    assert "\n".join(lines) in "\n".join(line.rstrip() for line in demo_output().OUTPUT.read_text().splitlines())


def claim_of(value):
    return next(claim for claim in value["claims"] if claim["metric"] == "brier_top_label")


def is_part(part, whole):
    """Whether a value has each member of another one, and equal entries."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and is_part(part[name], whole[name]) for name in part)
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(is_part, part, whole))
    return part == whole


def test_the_six_lines_are_a_part_of_the_demos_statement():
    (text,) = re.findall(r"^```yaml\n(metric: .*?)```$", README, re.DOTALL | re.MULTILINE)
    assert len(text.splitlines()) == 6
    assert is_part(yaml.safe_load(text), claim_of(read(STATEMENT).value))


def smaller_loss(value):
    claim_of(value)["loss"]["value"] = 0.0143


def wished_outcome(value):
    claim = claim_of(value)
    claim["outcome"] = claim["targets"][0]["outcome"] = "preserved"


def wider_margin(value):
    claim_of(value)["targets"][0]["margin"] = 0.06


def another_seed(value):
    claim_of(value)["items"]["seed"] = 7


def deleted_loss(value):
    value["claims"].remove(claim_of(value))
    value["acceptances"] = []


CHANGES = {
    "a smaller loss": smaller_loss,
    '"preserved" for "lost"': wished_outcome,
    "a wider margin": wider_margin,
    "another seed": another_seed,
    "the loss deleted": deleted_loss,
}
ROWS = re.findall(r"^\| (.*) \| (DLS\d{3}) \| (.*) \|$", README, re.MULTILINE)


def test_each_change_of_the_readme_is_tried():
    assert [change for change, _, _ in ROWS] == list(CHANGES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_change_gives_the_message_that_the_readme_shows(row, tmp_path):
    change, code, message = row
    value = read(STATEMENT).value
    CHANGES[change](value)
    (tmp_path / "dls.yaml").write_text(yaml_text(value))
    texts = [finding.message for finding in check(tmp_path / "dls.yaml").findings if finding.code == code]
    assert any(message in text for text in texts), texts


def cells(text):
    """The cells of the tables that a person wrote; programs write those between marks."""
    prose = re.sub(r"(?ms)^```.*?^```|<!-- fields .*?<!-- /fields -->", "", text)
    for line in prose.splitlines():
        if line.startswith("|"):
            yield from (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_cell_of_a_table_is_a_paragraph(path):
    assert [cell for cell in cells(path.read_text()) if len(cell) > MOST_CHARACTERS] == []


@pytest.mark.parametrize("path", [path for path in HAND_WRITTEN if path.parent == ROOT], ids=lambda path: path.name)
def test_a_link_of_a_page_beside_the_code_leads_to_a_file(path):
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text())]
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
