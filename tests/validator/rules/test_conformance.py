"""The conformance suite, run as another validator would run it."""

import json
from datetime import date

import msgspec
import pytest

from dls.checking import waivers
from dls.checking.card_check import check_file as check
from dls.checking.findings import findings_of
from dls.checking.validate import Report, check_waivers
from dls.identity.listed_model import ListedRevisions
from dls.rules import RULES
from dls.rules.all_rules import ALL
from dls.rules.repository_lists_the_stated_files import RepositoryContext, repository_lists_the_stated_files
from dls.scenarios import profile
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context

SUITE = spec_folder() / "conformance"
DOCUMENTS = SUITE / "documents"
EXPECTED = json.loads((SUITE / "expected.json").read_text())


def findings_in(checked, *members):
    names = ("code", "severity", "pointer", "line", *members)
    return sorted(tuple(getattr(finding, name) for name in names) for finding in checked.findings)


def expected_findings(findings, *members):
    return sorted(
        tuple(finding[name] for name in ("code", "severity", "pointer", "line", *members)) for finding in findings
    )


@pytest.mark.parametrize("name", EXPECTED["pass"])
def test_an_honest_document_gets_no_finding(name):
    assert findings_in(check(DOCUMENTS / name)) == []


@pytest.mark.parametrize("name", EXPECTED["fail"])
def test_a_document_gets_exactly_its_findings(name):
    assert findings_in(check(DOCUMENTS / name)) == expected_findings(EXPECTED["fail"][name])


@pytest.mark.parametrize(
    "case",
    [case for case in EXPECTED["reader"] if "repository" not in case],
    ids=lambda case: f"{case['document']}-{case.get('waivers', 'scenario')}",
)
def test_a_readers_profile_and_waivers_count(case):
    scenario = profile.load_profile(DOCUMENTS / case["scenario"]) if "scenario" in case else None
    reader_waivers = (
        waivers.load_waivers(DOCUMENTS / case["waivers"], date.fromisoformat(case["today"]))
        if "waivers" in case
        else None
    )
    assert findings_in(check(DOCUMENTS / case["document"], scenario, reader_waivers), "waived") == expected_findings(
        case["findings"], "waived"
    )
    if reader_waivers:
        assert findings_in(check_waivers(reader_waivers)) == expected_findings(case["waiver_findings"])


@pytest.mark.parametrize(
    "case", [case for case in EXPECTED["reader"] if "repository" in case], ids=lambda case: case["repository"]
)
def test_the_files_that_a_hub_lists_count(case):
    document = DOCUMENTS / case["document"]
    models = msgspec.json.decode((DOCUMENTS / case["repository"]).read_bytes(), type=dict[str, ListedRevisions])
    context = open_context(document)
    reader = RepositoryContext(context, models)
    findings = tuple(findings_of(context.document, reader, repository_lists_the_stated_files))
    assert check(document).findings == ()
    result = Report(str(document), findings)
    assert findings_in(result, "waived") == expected_findings(case["findings"], "waived")


def test_a_failing_document_breaks_one_rule_and_is_named_after_it():
    assert [
        n for n, findings in EXPECTED["fail"].items() if {f["code"] for f in findings} != {n.partition("-")[0]}
    ] == []


def test_every_rule_has_a_failing_document():
    codes = {f["code"] for findings in EXPECTED["fail"].values() for f in findings}
    codes |= {f["code"] for case in EXPECTED["reader"] for f in case["findings"] + case.get("waiver_findings", [])}
    assert {rule.code for rule in ALL} - codes == set()


def test_every_document_of_the_suite_is_expected_or_stands_beside_one():
    beside = {"waivers.yaml", "waivers-expired.yaml", "waivers-of-arithmetic.yaml", "waivers-without-an-owner.yaml"}
    listings = {case["repository"] for case in EXPECTED["reader"] if "repository" in case}
    names = {*EXPECTED["pass"], *EXPECTED["fail"], *beside, *listings}
    assert {path.name for path in DOCUMENTS.iterdir() if path.is_file()} == names


def test_codes_are_unique_and_rules_stand_in_their_order():
    codes = [rule.code for rule in ALL]
    assert codes == sorted(set(codes))
    assert [rule.code for rule in RULES] == sorted(rule.code for rule in RULES)


def test_every_rule_file_is_listed():
    folder = spec_folder().parents[1] / "validator" / "dls" / "rules"
    if not folder.is_dir():
        pytest.skip("an installed wheel has no source tree")
    names = {path.stem for path in folder.glob("*.py") if "@rule(" in path.read_text()} - {"rule"}
    assert names == {rule.name for rule in ALL}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_a_rules_page_has_a_title_and_a_why(rule):
    assert rule.title.endswith(".")
    assert "\n## Why\n" in rule.page
    assert len(rule.why) > 40


def test_only_warnings_about_text_may_be_waived():
    assert {rule.code[:4] for rule in ALL if rule.waivable} == {"DLS8"}
    assert {rule.severity for rule in ALL if rule.waivable} == {"warning"}
