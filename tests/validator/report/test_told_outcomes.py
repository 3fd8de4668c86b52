"""Every format tells what a statement says: targets with their outcomes, losses, absences, and the assurance."""

import io
import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import msgspec
import pytest

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.report.outcome_table import MOST, outcome_lines
from dls.standard.registry import DIMENSIONS
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
STATEMENT = DOCUMENTS / "publisher.yaml"
VALUE = read(STATEMENT).value
FORMATS = ("text", "json", "sarif", "junit", "github")


def printed(capsys, form, *paths):
    main(["validate", "--format", form, *map(str, paths)])
    return capsys.readouterr().out


def targets():
    """Return claim, kind, outcome and acceptance of each target, read off the document by hand."""
    accepted = {entry.get("claim") for entry in VALUE["acceptances"]}
    return [
        {
            "claim": claim["id"],
            "kind": target["kind"],
            "outcome": target["outcome"],
            "accepted": None if target["outcome"] == "preserved" else claim["id"] in accepted,
        }
        for claim in VALUE["claims"]
        for target in claim["targets"]
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_clean_run_names_the_loss_in_every_format(capsys, form):
    out = printed(capsys, form, STATEMENT)
    assert re.search(r"lost: diversity-entropy \(accepted\)|\"diversity-entropy\"", out)


def test_json_and_sarif_list_each_target_and_each_absence(capsys):
    summary = json.loads(printed(capsys, "json", STATEMENT))["summary"]["statements"]
    assert [entry["targets"] for entry in summary] == [targets()]
    assert [part["dimension"] for part in summary[0]["absences"]] == [part["dimension"] for part in VALUE["absences"]]
    assert summary[0]["unmet_targets"] == ["valid_answer_entropy"]
    assert summary[0]["established"] == "consistent"
    assert json.loads(printed(capsys, "sarif", STATEMENT))["runs"][0]["properties"]["statements"] == summary


def test_a_statement_alone_ends_with_a_row_for_each_target_and_each_absence_by_dimension(capsys):
    table = printed(capsys, "text", STATEMENT).partition("\n\n")[2].splitlines()
    rows = [line.split()[0] for line in table[1:-1]]
    expected = [claim["dimension"] for claim in VALUE["claims"] for _ in claim["targets"]]
    expected += [part["dimension"] for part in VALUE["absences"]]
    assert sorted(rows) == sorted(expected)
    assert rows == sorted(rows, key=[*DIMENSIONS, "headline", "fidelity"].index)
    (loss,) = [line for line in table if " lost " in line]
    assert loss.split()[-2:] == ["lost", "yes"]


def test_junit_and_github_tell_it_once_for_a_statement(capsys):
    suites = ET.fromstring(printed(capsys, "junit", STATEMENT))  # noqa: S314 - our own output
    (text,) = [element.text for element in suites.iter("system-out")]
    assert text.splitlines()[1:] == list(outcome_lines(check(STATEMENT).outcomes))
    notices = [line for line in printed(capsys, "github", STATEMENT).splitlines() if "::notice" in line]
    assert [notice.count("lost: diversity-entropy") for notice in notices] == [1]


def test_several_statements_have_a_line_each(capsys):
    paths = [STATEMENT, DOCUMENTS / "publisher-with-a-failed-check.yaml", DOCUMENTS / "minimal.json"]
    paths = [path for path in paths if path.exists()]
    lines = printed(capsys, "text", *paths).splitlines()
    assert [line.partition(": ")[0] for line in lines[:-1]] == [str(path) for path in paths]


@pytest.mark.parametrize(("level", "words"), [
    ("consistent", "established here: consistent"),
    ("recomputed", "established here: consistent; `dls recompute` would establish recomputed"),
    ("reproduced", "established here: declared, for there are errors; the issuer claims reproduced"),
])  # fmt: skip
def test_the_assurance_is_said_in_plain_words(tmp_path, capsys, level, words):
    (tmp_path / "profile.yaml").write_bytes((DOCUMENTS / "profile.yaml").read_bytes())
    path = tmp_path / "dls.yaml"
    path.write_text(STATEMENT.read_text().replace("assurance: recomputed", f"assurance: {level}"))
    line = next(line for line in printed(capsys, "text", path).splitlines() if "targets met" in line)
    assert line.endswith(f" · {words}")


def test_nothing_folds_outside_of_a_terminal():
    command = [sys.executable, "-m", "dls.commands.cli", "validate", STATEMENT]
    narrow = os.environ | {"COLUMNS": "40", "FORCE_COLOR": "1"}
    outputs = [subprocess.run(command, env=env, capture_output=True, check=True).stdout for env in (os.environ, narrow)]
    assert outputs[0] == outputs[1]
    assert b"\x1b" not in outputs[0]


def test_a_narrow_terminal_shows_every_cell_whole(monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", "100")
    main(["validate", str(STATEMENT)])
    assert "\u2026" not in screen.getvalue()
    assert len(screen.getvalue().splitlines()) > len(targets()) + len(VALUE["absences"]) + 4


def test_of_many_rows_the_losses_are_shown_and_the_others_counted():
    outcomes = check(STATEMENT).outcomes
    many = msgspec.structs.replace(outcomes, targets=outcomes.targets * 50)
    lines = list(outcome_lines(many))
    assert sum(" lost " in line for line in lines) == sum(target.outcome == "lost" for target in many.targets)
    assert len(lines) == 1 + MOST + 2
    assert (
        lines[-1] == f"{len(many.targets) + len(many.absences) - MOST} more rows are not shown; the format json has all"
    )


def test_without_a_path_the_present_folder_is_checked(tmp_path, capsys, monkeypatch):
    for name in ("profile.yaml", "publisher.yaml"):
        (tmp_path / name.replace("publisher", "dls")).write_bytes((DOCUMENTS / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(["validate"]) == 0
    assert "dls.yaml: 0 errors" in capsys.readouterr().out


def test_standard_input_is_refused_in_one_sentence(capsys):
    assert main(["validate", "-"]) == 2
    assert "is a stream, which has no folder in which evidence could lie; save it to a file" in capsys.readouterr().out
