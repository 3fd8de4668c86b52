"""Verdicts as JSON for programs, and as a table that quotes nothing as markup."""

import json

from dls.report.verdicts import as_json, print_table, verdict_counts
from dls.verifying.comparison import ClaimResult, Verdict

RESULTS = [
    ClaimResult(
        "one", Verdict.CONFIRMED, {"student": {"value": 0.5}}, {"student": {"value": 0.5}}, "fits", is_required=True
    ),
    ClaimResult("two[red]", Verdict.REFUTED, {}, {}, "first; second; third"),
    ClaimResult("three", Verdict.CONFIRMED, {}, {}, "fits"),
]


def test_the_summary_counts_every_verdict_even_those_that_are_not_there():
    assert verdict_counts(RESULTS) == {"confirmed": 2, "not_verifiable": 0, "borderline": 0, "refuted": 1}


def test_json_has_the_members_of_the_specification():
    value = json.loads(as_json(RESULTS, "recomputed", {"report": "r.yaml"}))
    assert value["claims"][0] == {
        "id": "one",
        "verdict": "confirmed",
        "claimed": {"student": {"value": 0.5}},
        "recomputed": {"student": {"value": 0.5}},
        "reason": "fits",
    }
    assert value["summary"] == {"confirmed": 2, "not_verifiable": 0, "borderline": 0, "refuted": 1, "report": "r.yaml"}
    assert "reproduced" in json.loads(as_json(RESULTS, "reproduced"))["claims"][0]


def test_the_table_shows_ids_as_they_are_and_says_how_many_reasons_it_left_out(capsys):
    print_table(RESULTS)
    out = capsys.readouterr().out
    assert "two[red]" in out
    assert "2 more" in out
    assert "2 confirmed, 0 not verifiable, 0 borderline, 1 refuted" in out


def test_a_claim_is_one_line_with_its_whole_id_where_no_terminal_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    name = "uncertainty-ece-debiased-squared-uncertainty.multiple_choice"
    print_table([ClaimResult(name, Verdict.NOT_VERIFIABLE, {}, {}, "why " * 30, smallest_forgery=0.0001)])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if name in line]
    assert line.split()[1:3] == ["not_verifiable", "0.0001"]
