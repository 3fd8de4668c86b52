"""The findings on a document are few and short, causes come first, and no error is cut away for a warning."""

import json
import shutil

import pytest

from dls.checking.findings import MOST, in_order
from dls.checking.validate import check
from dls.document.reader import read
from dls.finding import Finding, shortened
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
STATEMENT = read(DOCUMENTS / "publisher.yaml").value


def finding(line, severity="warning", code="DLS803", *, waived=False):
    return Finding(code, severity, "m", "a.yaml", line, 1, f"/{line}", waived)


def test_of_many_findings_the_last_counts_those_that_are_not_shown():
    findings = in_order([finding(line, code=f"DLS80{line % 2}") for line in range(1, MOST + 8)])
    assert len(findings) == MOST + 1
    assert findings[-1].message == "7 more of the document's faults are not shown; mend these first"


def test_no_error_is_cut_away_for_a_warning():
    findings = in_order([*(finding(line) for line in range(1, MOST + 8)), finding(9999, "error", "DLS203")])
    assert [entry.line for entry in findings if entry.severity == "error"] == [9999]


def test_an_error_is_told_even_where_there_are_too_many():
    findings = in_order(finding(line, "error", "DLS203") for line in range(1, MOST + 3))
    assert {entry.severity for entry in findings} == {"error"}


def test_waived_findings_are_cut_first():
    findings = in_order([*(finding(line, waived=True) for line in range(1, MOST + 1)), finding(9999)])
    assert sum(not entry.waived for entry in findings) == 1


def test_a_rule_that_finds_more_than_a_document_may_have_is_counted_at_least():
    code_of_many = [finding(line) for line in range(1, MOST + 2)]
    assert in_order([*code_of_many, finding(1, "error", "DLS203")])[-1].message.startswith("at least 2 more")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a short text", "a short text"),
        ("value " + "1" * 20_000 + " is long", f"value {'1' * 60}… (20,000 characters) …{'1' * 10} is long"),
        ("a b " * 1000, f"{('a b ' * 100)[:400]}… (4,000 characters) …{'a b ' * 50}"),
        ("\x1b[31m", "\\u001b[31m"),
    ],
)
def test_a_text_is_short_and_keeps_its_start_and_end(text, result):
    assert shortened(text) == result


def findings_on(tmp_path, statement):
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    path = tmp_path / "dls.json"
    path.write_text(statement if isinstance(statement, str) else json.dumps(statement))
    return check(path).findings


def test_a_misspelt_metric_comes_before_its_consequences(tmp_path):
    text = (DOCUMENTS / "publisher.yaml").read_text().replace("metric: brier_top_label", "metric: brier_tap_label")
    first, *rest = findings_on(tmp_path, text)
    assert first.code == "DLS201"
    assert any(entry.line < first.line for entry in rest)


def test_every_message_on_the_longest_texts_is_short(tmp_path):
    claim = STATEMENT["claims"][0]
    claims = [claim | {"id": "x" * 100, "note": "\u202e" * 4000, "metric": "x-" + "y" * 100 + ":z"}]
    assert max(len(entry.message) for entry in findings_on(tmp_path, STATEMENT | {"claims": claims})) < 1000
