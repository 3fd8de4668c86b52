import json
from xml.etree import ElementTree as ET

import pytest

from dls.checking.validate import Report, check
from dls.finding import RULE_PAGES, Finding
from dls.report.github import CAP
from dls.report.github import render as github_report
from dls.report.json import render as json_report
from dls.report.junit import render as junit_report
from dls.report.plain_text import render as text_report
from dls.report.sarif import render as sarif_report
from dls.rules.all_rules import ALL
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
BAD = Finding("DLS203", "error", "50 % off,\nand \x1b[31mred\u202e", "a,b:c.yaml", 4, 3, "/claims/0/loss/value")
MILD = Finding("DLS804", "warning", "mild", "a,b:c.yaml", 9, 1, "/limits")
WAIVER = MILD._replace(waived=True, line=10)
RESULTS = [Report("a,b:c.yaml", (BAD, MILD, WAIVER)), check(DOCUMENTS / "publisher.yaml")]


def test_text_has_a_line_for_each_finding_with_its_place_first():
    assert (
        text_report(RESULTS).splitlines()[0]
        == "a,b:c.yaml:4:3: error DLS203: 50 % off,\\u000aand \\u001b[31mred\\u202e [/claims/0/loss/value]"
    )


def test_text_names_the_established_assurance_and_the_profile():
    line = next(line for line in text_report(RESULTS).splitlines() if "publisher.yaml" in line)
    assert " · own profile conformance 1.0: 4 of 5 targets met; unmet: valid_answer_entropy · " in line
    assert " · lost: diversity-entropy (accepted) · " in line
    assert line.endswith("established here: consistent; `dls recompute` would establish recomputed")


def test_a_check_that_the_student_alone_fails_counts_with_the_losses():
    result = check(DOCUMENTS / "publisher-with-a-failed-check.yaml")
    line = text_report([result]).splitlines()[0]
    losses = ["diversity-valid-answer-entropy", "check answer_validity of diversity.open_answer"]
    assert f" · lost: {losses[0]} (accepted), {losses[1]} · " in line
    assert json.loads(json_report([result]))["summary"]["statements"][0]["lost"] == losses


@pytest.mark.parametrize("report", [text_report, github_report, junit_report])
def test_no_report_lets_a_statement_move_the_cursor(report):
    assert not {"\x1b", "\u202e", "\r"} & set(report(RESULTS))


def test_json_has_the_findings_and_the_counts():
    report = json.loads(json_report(RESULTS))
    assert report["findings"][0] == {
        "code": "DLS203",
        "severity": "error",
        "message": BAD.message,
        "path": "a,b:c.yaml",
        "line": 4,
        "column": 3,
        "pointer": "/claims/0/loss/value",
        "waived": False,
        "excerpt": "",
        "uri": f"{RULE_PAGES}DLS203",
    }
    summary = {name: value for name, value in report["summary"].items() if name != "statements"}
    assert summary == {"files": 2, "errors": 1, "warnings": 1, "waived": 1, "assurance": "consistent"}


def test_github_escapes_the_separators_of_its_commands():
    first = github_report(RESULTS).splitlines()[0]
    assert first.startswith("::error file=a%2Cb%3Ac.yaml,line=4,col=3,title=DLS203::50 %25 off,\\u000aand ")


def test_github_shows_the_worst_first_and_says_how_many_were_cut():
    findings = tuple(BAD._replace(line=i) for i in range(1, 15))
    lines = github_report([Report("x", (MILD, *findings))]).splitlines()
    assert [line.startswith("::error") for line in lines[:CAP]] == [True] * CAP
    assert "4 more errors are not shown" in lines[CAP]
    assert lines[CAP + 1].startswith("::warning")


def test_sarif_points_into_the_list_of_rules_and_marks_waived_findings():
    run = json.loads(sarif_report(RESULTS))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in ALL]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert [result.get("suppressions") for result in run["results"]] == [
        None,
        None,
        [{"kind": "external", "status": "accepted"}],
    ]


def test_sarif_gives_a_path_as_a_relative_uri():
    place = json.loads(sarif_report(RESULTS))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a%2Cb%3Ac.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 3},
    }


def test_junit_is_xml_in_which_errors_fail_and_the_rest_is_skipped():
    suites = ET.fromstring(junit_report(RESULTS))  # noqa: S314 - our own output
    assert [suite.attrib["failures"] for suite in suites] == ["1", "0"]
    assert [[child.tag for child in case] for case in suites[0].iter("testcase")] == [
        ["failure"],
        ["skipped"],
        ["skipped"],
    ]
    assert [case.attrib["name"] for case in suites[1].iter("testcase")] == ["valid"]
