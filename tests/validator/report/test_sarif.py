"""SARIF output stays what its readers take: one fingerprint a result, few results, and text that is no markup."""

import json
import re

import pytest

from dls.checking.validate import Report, check
from dls.document.reader import read
from dls.finding import RULE_PAGES, Finding
from dls.report.sarif import CAP, render
from dls.rules.all_rules import ALL
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
REFUSED = 25_000  # results of a file: GitHub refuses more
ERROR = Finding("DLS003", "error", "m", "dls.yaml", 1, 1, "/claims")
LINK = re.compile(r"(?<!\\)\[(?:[^\\\[\]]|\\.)*\]\(")
"""An embedded link by the grammar of SARIF 2.1.0, 3.11.6: brackets without a backslash, then a destination."""


def run_of(*findings):
    return json.loads(render([Report("dls.yaml", findings)]))["runs"][0]


def fingerprints(run):
    return [result["partialFingerprints"]["dls/v1"] for result in run["results"]]


def message(text):
    return run_of(ERROR._replace(message=text))["results"][0]["message"]["text"]


def test_every_finding_of_the_conformance_suite_has_a_fingerprint_of_its_own():
    run = json.loads(render([check(path) for path in sorted(DOCUMENTS.glob("*.yaml"))]))["runs"][0]
    assert len(set(fingerprints(run))) == len(run["results"]) > len(ALL)


def test_missing_members_of_one_level_have_fingerprints_of_their_own(tmp_path):
    value = read(DOCUMENTS / "publisher.yaml").value
    path = tmp_path / "dls.json"
    path.write_text(json.dumps({name: part for name, part in value.items() if name not in ("id", "issued", "limits")}))
    run = json.loads(render([check(path)]))["runs"][0]
    assert len(set(fingerprints(run))) == len(run["results"]) == 3


def test_equal_findings_have_fingerprints_of_their_own():
    assert len(set(fingerprints(run_of(ERROR, ERROR, ERROR)))) == 3


def test_a_fingerprint_survives_other_lines_above_and_another_message():
    moved = ERROR._replace(line=9, message="n")
    assert fingerprints(run_of(moved)) == fingerprints(run_of(ERROR))


def test_more_results_than_a_host_shows_are_cut_to_the_worst_and_counted():
    warnings = (ERROR._replace(severity="warning"),) * REFUSED
    run = run_of(*warnings, ERROR)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (len(run["results"]), run["results"][0]["level"]) == (CAP, "error")
    assert f"{REFUSED + 1 - CAP} more findings are not shown" in notification["message"]["text"]


def test_no_notification_stands_where_nothing_was_cut():
    assert run_of(ERROR)["invocations"] == [{"executionSuccessful": True}]


TEXTS = {
    "a placeholder": ("{0} of {}", "{{0}} of {{}}"),
    "a link": ("[x](https://example.org)", r"\[x\](https://example.org)"),
    "a link behind a backslash": (r"\[x](1)", r"\\\[x\](1)"),
    "brackets alone": ("[0, 1] and (2)", "[0, 1] and (2)"),
    "control characters": ("a\nb\u202e", r"a\u000ab\u202e"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_message_is_text_and_no_markup(case):
    text, safe = TEXTS[case]
    assert message(text) == safe
    assert LINK.search(safe) is None


def test_the_oracle_sees_a_link():
    assert LINK.search("see [x](1)")


def test_every_rule_has_an_absolute_address_and_its_reason():
    rules = run_of()["tool"]["driver"]["rules"]
    assert [rule["helpUri"] for rule in rules] == [f"{RULE_PAGES}{rule.code}" for rule in ALL]
    assert all(rule["help"]["text"] for rule in rules)
