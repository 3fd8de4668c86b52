"""Published rows can be stated: each target of their metric judges them, none is met, and a ratio is judged by none."""

import json
import shutil
from pathlib import Path

import pytest

from dls.checking.validate import check
from dls.document.reader import read
from dls.standard.registry import DIMENSIONS
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
PUBLISHED = Path(__file__).parents[3] / "examples" / "published"
ROW = """  - id: extra
    dimension: headline
    metric: accuracy
    on: {dataset: "example"}
    comparator: teacher
    teacher: {value: 0.93}
    student: {value: 0.91}
    loss: {value: 0.02}
"""  # as in the document
ENDS = "{low: 0.09, high: 0.15, level: 0.90, method: marginal_same_items, unit: item, n_units: 1500}"
LARGE = {
    "teacher": "{value: 0.93, interval: {low: 0.91, high: 0.95, level: 0.90, method: clopper_pearson}}",
    "student": "{value: 0.81}",
    "loss": f"{{value: 0.12, interval: {ENDS}}}",
}


@pytest.fixture
def findings(tmp_path):
    """Return the codes of the errors on the statement with a published row, after some changes."""
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    text = (DOCUMENTS / "published-row.yaml").read_text()
    assert ROW in text

    def codes(*changes):
        changed = text
        for old, new in changes:
            assert old in changed
            changed = changed.replace(old, new, 1)
        (tmp_path / "dls.yaml").write_text(changed)
        return {finding.code for finding in check(tmp_path / "dls.yaml").findings}

    return codes


def row_with(**values):
    row = ROW
    for name, value in values.items():
        row = "\n".join(
            f"    {name}: {value}" if line.startswith(f"    {name}: ") else line for line in row.split("\n")
        )
    return ROW, row


def test_a_row_of_two_digits_is_no_finding(findings):
    assert findings() == set()


def test_not_even_a_large_published_loss_decides_a_target_of_a_probe(findings):
    large = row_with(**LARGE)
    lost = ("chance: 0.25, outcome: inconclusive}", "chance: 0.25, outcome: lost}")
    assert findings(large) == set()
    assert findings(large, lost) == {"DLS210", "DLS313"}


@pytest.mark.parametrize("outcome", ["preserved", "lost"])
def test_a_row_without_an_interval_is_never_decided(findings, outcome):
    assert "DLS209" in findings(("chance: 0.25, outcome: inconclusive}", f"chance: 0.25, outcome: {outcome}}}"))


def test_a_row_stands_for_no_target_and_the_absence_names_the_probe(findings):
    text = (DOCUMENTS / "published-row.yaml").read_text()
    headline = text[text.index("  - id: headline-accuracy") : text.index("  - id: uncertainty-brier")]
    entry = text[text.index("  - {id: ev-headline") : text.index("  - {id: ev-uncertainty")]
    without = ((headline, ""), (entry, ""))
    assert "DLS507" in findings(*without)
    absence = "metric: accuracy, probe: headline.multiple_choice, status: not_measured, justification: too_costly"
    stated = ("absences:\n", f'absences:\n  - {{dimension: headline, {absence}, note: "It is measured next year."}}\n')
    assert findings(*without, stated) & {"DLS507", "DLS604"} == set()
    any_probe = (stated[0], stated[1].replace("probe: headline.multiple_choice, ", ""))
    assert findings(*without, any_probe) & {"DLS507", "DLS604"} == set()  # the row is about a part, named by `on`


def test_a_ratio_stands_alone_and_on_published_numbers(findings):
    document = (DOCUMENTS / "published-ratio.yaml").read_text()
    assert check(DOCUMENTS / "published-ratio.yaml").findings == ()
    assert "ratio: {of: comparator, value: 1.3}" in document
    ratio = (
        "    teacher: {value: 0.93}\n    student: {value: 0.91}\n    loss: {value: 0.02}\n",
        "    ratio: {of: student, value: 0.98}\n",
    )
    assert "DLS503" in findings(ratio)


def test_the_absence_that_is_wanted_names_the_probe():
    (finding,) = check(DOCUMENTS / "DLS507-absent-by-another-probe.yaml").findings
    assert finding.message.endswith("claim it, or state its absence, with 'probe: headline.labels'")


def test_a_word_error_rate_of_speech_is_reported_and_the_dimensions_are_absent(tmp_path):
    """No built-in scenario is about speech: a profile of one's own asks for what it can."""
    shutil.copy(PUBLISHED / "glue_tasks.yaml", tmp_path)
    statement = read(PUBLISHED / "distilbert.dls.yaml").value
    row = {
        "id": "clean-speech", "dimension": "headline", "metric": "wer", "on": {"dataset": "speech", "split": "clean"},
        "comparator": "teacher", "teacher": {"value": 0.027}, "student": {"value": 0.036}, "loss": {"value": 0.009},
        "targets": [], "outcome": "reported", "evidence": ["readme"],
    }  # fmt: skip
    absence = {"status": "not_measured", "justification": "no_probe_for_modality"}
    absences = [
        {"dimension": name, "note": f"No probe asks {name} questions of speech."} | absence for name in DIMENSIONS
    ]
    headline = {"dimension": "headline", "metric": "accuracy", "note": "Speech has no one right label."} | absence
    statement |= {"claims": [row], "absences": [*absences, headline], "metrics": []}
    (tmp_path / "dls.json").write_text(json.dumps(statement))
    assert check(tmp_path / "dls.json").findings == ()
