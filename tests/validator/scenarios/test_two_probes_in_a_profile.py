"""A profile may name two probes for one metric; each claim is then judged, named and recomputed by its own probe."""

import json
from pathlib import Path

import pytest
from tests.validator.conftest import KEYS, PROFILE, UNITS, Publication, invented_records

from dls.checking.validate import check
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.judging.assess import assess_statement
from dls.judging.context import RuleContext
from dls.judging.seed import derived_seed
from dls.model import Statement, frozen
from dls.probes.catalogue import find_probe
from dls.rules.twin_is_claimed import twin_is_claimed
from dls.scenarios.profile import Profile, load_profile

HARD, EASY = "uncertainty.multiple_choice", "uncertainty.largest_numbers"
OTHER_PROBES = ("headline.multiple_choice", "diversity.open_answer")


def profile(*probes: str | None) -> dict:
    """Return the small profile with one target for the Brier score by each of some probes."""
    brier = next(target for target in PROFILE["targets"] if target["metric"] == "brier_top_label")
    targets = [{k: v for k, v in (brier | {"probe": name}).items() if v is not None} for name in probes]
    return PROFILE | {"targets": [*(t for t in PROFILE["targets"] if t is not brier), *targets]}


@pytest.fixture(scope="module")
def _statement_folder(tmp_path_factory, make_evidence, make_statement) -> Path:
    folder = tmp_path_factory.mktemp("two")
    (folder / "small.yaml").write_text(yaml_text(profile(HARD, EASY)))
    small = load_profile(folder / "small.yaml")
    for name in (HARD, *OTHER_PROBES):
        make_evidence(folder / "evidence", find_probe(name), small)
    easy = find_probe(EASY)
    items = easy.items(derived_seed(small.sha256, KEYS, easy.name, UNITS), UNITS)
    better = {
        arm: invented_records(easy, model, items) for arm, model in (("teacher", "student"), ("student", "teacher"))
    }
    make_evidence(folder / "evidence", easy, small, records=better)
    make_statement(folder)
    return folder


@pytest.fixture
def two_probes(_statement_folder: Path) -> Publication:
    """Return a statement on both probes; its evidence is not to be touched."""
    return Publication(_statement_folder, read(_statement_folder / "dls.yaml").value)


def codes(fixture: Publication, scenario: Profile | None = None) -> set[str]:
    return {finding.code for finding in check(fixture.write(), scenario).findings}


def brier(fixture: Publication, name: str) -> dict:
    return fixture.claim(f"uncertainty-brier-top-label-{name}")


def test_each_probe_claims_each_of_its_metrics_once_and_there_is_no_finding(two_probes):
    metrics = {(measure.metric, name) for name in (HARD, EASY) for measure in find_probe(name).measures}
    claims = {(claim["metric"], claim["probe"]["id"]) for claim in two_probes.statement["claims"]}
    neutral = {(metric, name) for metric in ("mean_confidence", "option_mass") for name in (HARD, EASY)}
    assert metrics - neutral <= claims
    assert codes(two_probes) == set()


def test_every_claim_is_recomputed_from_the_records_of_its_own_probe(two_probes):
    assert {result.verdict for result in two_probes.recompute()} == {"confirmed"}
    assert brier(two_probes, HARD)["student"] != brier(two_probes, EASY)["student"]


@pytest.mark.parametrize("part", ["teacher", "student", "loss"])
def test_a_number_of_the_other_probe_is_refuted(two_probes, part):
    brier(two_probes, HARD)[part] = brier(two_probes, EASY)[part]
    verdicts = {
        result.id: result.verdict
        for result in two_probes.recompute(brier(two_probes, HARD)["id"], brier(two_probes, EASY)["id"])
    }
    assert list(verdicts.values()) == ["refuted", "confirmed"]
    assert "DLS309" in codes(two_probes)


def test_the_same_metric_by_the_same_probe_is_claimed_once(two_probes):
    two_probes.statement["claims"].append(brier(two_probes, EASY) | {"id": "again"})
    assert codes(two_probes) == {"DLS202"}


def test_a_claim_by_one_probe_does_not_stand_for_the_other(two_probes):
    two_probes.statement["claims"].remove(brier(two_probes, EASY))
    assert {"DLS507", "DLS308"} <= codes(two_probes)


def met_by(fixture: Publication) -> set[str | None]:
    assessment = assess_statement(frozen(fixture.statement, Statement), load_profile(fixture.folder / "small.yaml"))
    return {target.probe for target in assessment.met_targets if target.metric == "brier_top_label"}


def test_each_target_is_met_by_the_claim_of_its_own_probe(two_probes):
    assert met_by(two_probes) == {HARD, EASY}
    two_probes.statement["claims"].remove(brier(two_probes, HARD))
    assert met_by(two_probes) == {EASY}


def test_a_readers_unmet_target_is_named_with_its_probe_at_its_own_claim(two_probes):
    for target in brier(two_probes, EASY)["targets"]:
        target["outcome"] = "inconclusive"
    place = two_probes.statement["claims"].index(brier(two_probes, EASY))
    findings = check(two_probes.write(), load_profile(two_probes.folder / "small.yaml")).findings
    unmet = [finding for finding in findings if finding.code == "DLS509" and "brier" in finding.message]
    assert [finding.pointer for finding in unmet] == [f"/claims/{place}"]
    assert f"brier_top_label by {EASY}" in unmet[0].message


def test_a_target_without_a_probe_is_met_by_one_of_them_alone(two_probes, tmp_path):
    (tmp_path / "small.yaml").write_text(yaml_text(profile(None)))
    (tmp_path / "dls.json").write_text(json.dumps(two_probes.statement))
    findings = [finding for finding in check(tmp_path / "dls.json").findings if finding.code == "DLS202"]
    assert [finding.pointer for finding in findings] == [
        f"/claims/{two_probes.statement['claims'].index(brier(two_probes, EASY))}"
    ]
    assert "names no probe" in findings[0].message


def test_an_ambiguous_target_is_named_before_a_run(tmp_path):
    (tmp_path / "small.yaml").write_text(yaml_text(profile(HARD, EASY, None)))
    (finding,) = check(tmp_path / "small.yaml").findings
    assert (finding.code, finding.pointer) == ("DLS508", f"/targets/{len(PROFILE['targets']) + 1}")
    assert f"{HARD} and {EASY}" in finding.message


def test_the_id_of_a_claim_has_its_probe_where_another_probe_measures_the_metric(two_probes):
    for claim in two_probes.statement["claims"]:
        assert claim["id"].endswith(claim["probe"]["id"]) == (claim["probe"]["id"] in (HARD, EASY))


@pytest.mark.parametrize(
    ("by", "violates"),
    [("diversity.open_answer", False), ("diversity.listed_answers", True), ("elsewhere.answers", False)],
)
def test_a_twin_on_the_items_of_another_probe_does_not_stand_for_the_one_on_its_own(two_probes, by, violates):
    """Variety means nothing without the share of valid answers on the same items; an unknown probe may lack it."""
    claim = two_probes.claim("diversity-distinct-16") | {"probe": {"id": by, "version": "1.0"}, "outcome": "preserved"}
    claim["targets"] = [{"kind": "absolute", "floor": 0.1, "outcome": "preserved"}]
    claims = [claim, two_probes.claim("diversity-answer-validity")]
    statement = frozen(two_probes.statement | {"claims": claims, "evidence": []}, Statement)
    context = RuleContext(read(two_probes.folder / "dls.yaml"), statement, two_probes.folder)
    assert [violation.pointer for violation in twin_is_claimed(context)] == (["/claims/0"] if violates else [])
