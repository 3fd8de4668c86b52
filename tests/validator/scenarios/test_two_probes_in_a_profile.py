"""A profile may ask two probes for one metric: every claim is then judged, named and made again by its own probe."""

import json
from pathlib import Path

import pytest
from tests.validator.conftest import DIGESTS, PROFILE, UNITS, Told, invented

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
OTHERS = ("headline.multiple_choice", "diversity.open_answer")


def profile(*probes: str | None) -> dict:
    """Return the small profile with one target for the Brier score by each of some probes."""
    brier = next(target for target in PROFILE["targets"] if target["metric"] == "brier_top_label")
    asked = [{k: v for k, v in (brier | {"probe": name}).items() if v is not None} for name in probes]
    return PROFILE | {"targets": [*(t for t in PROFILE["targets"] if t is not brier), *asked]}


@pytest.fixture(scope="module")
def _stated(tmp_path_factory, make_evidence, make_statement) -> Path:
    folder = tmp_path_factory.mktemp("both")
    (folder / "small.yaml").write_text(yaml_text(profile(HARD, EASY)))
    asked = load_profile(folder / "small.yaml")
    for name in (HARD, *OTHERS):
        make_evidence(folder / "evidence", find_probe(name), asked)
    easy = find_probe(EASY)
    items = easy.items(derived_seed(asked.sha256, DIGESTS["student"], easy.name), UNITS)
    better = {arm: invented(easy, other, items) for arm, other in (("teacher", "student"), ("student", "teacher"))}
    make_evidence(folder / "evidence", easy, asked, records=better)
    make_statement(folder)
    return folder


@pytest.fixture
def both(_stated: Path) -> Told:
    """Return a statement on both probes; its evidence is not to be touched."""
    return Told(_stated, read(_stated / "dls.yaml").value)


def codes(told: Told, scenario: Profile | None = None) -> set[str]:
    return {finding.code for finding in check(told.write(), scenario).findings}


def brier(told: Told, name: str) -> dict:
    return told.claim(f"uncertainty-brier-top-label-{name}")


def test_every_metric_of_both_is_claimed_once_by_each_and_nothing_is_found(both):
    measured = {(one.metric, name) for name in (HARD, EASY) for one in find_probe(name).measures}
    claimed = {(one["metric"], one["probe"]["id"]) for one in both.statement["claims"]}
    silent = {
        (name, asked) for name in ("mean_confidence", "option_mass") for asked in (HARD, EASY)
    }  # no better or worse
    assert measured - silent <= claimed
    assert codes(both) == set()


def test_every_claim_is_made_again_from_the_records_of_its_own_probe(both):
    assert {one.verdict for one in both.recompute()} == {"confirmed"}
    assert brier(both, HARD)["student"] != brier(both, EASY)["student"]


@pytest.mark.parametrize("part", ["teacher", "student", "loss"])
def test_a_number_of_the_other_probe_is_refuted(both, part):
    brier(both, HARD)[part] = brier(both, EASY)[part]
    judged = {one.id: one.verdict for one in both.recompute(brier(both, HARD)["id"], brier(both, EASY)["id"])}
    assert list(judged.values()) == ["refuted", "confirmed"]
    assert "DLS309" in codes(both)


def test_the_same_metric_by_the_same_probe_is_claimed_once(both):
    both.statement["claims"].append(brier(both, EASY) | {"id": "again"})
    assert codes(both) == {"DLS202"}


def test_a_claim_by_one_probe_does_not_stand_for_the_other(both):
    both.statement["claims"].remove(brier(both, EASY))
    assert {"DLS507", "DLS308"} <= codes(both)


def met_by(told: Told) -> set[str | None]:
    found = assess_statement(frozen(told.statement, Statement), load_profile(told.folder / "small.yaml"))
    return {target.probe for target in found.met_targets if target.metric == "brier_top_label"}


def test_each_target_is_met_by_the_claim_of_its_own_probe(both):
    assert met_by(both) == {HARD, EASY}
    both.statement["claims"].remove(brier(both, HARD))
    assert met_by(both) == {EASY}


def test_a_readers_unmet_target_is_named_with_its_probe_at_its_own_claim(both):
    for target in brier(both, EASY)["targets"]:
        target["outcome"] = "inconclusive"
    place = both.statement["claims"].index(brier(both, EASY))
    found = check(both.write(), load_profile(both.folder / "small.yaml")).findings
    told = [(one.pointer, one.message) for one in found if one.code == "DLS509" and "brier" in one.message]
    assert [pointer for pointer, _ in told] == [f"/claims/{place}"]
    assert f"brier_top_label by {EASY}" in told[0][1]


def test_a_target_without_a_probe_is_met_by_one_of_them_alone(both, tmp_path):
    (tmp_path / "small.yaml").write_text(yaml_text(profile(None)))
    (tmp_path / "dls.json").write_text(json.dumps(both.statement))
    found = [one for one in check(tmp_path / "dls.json").findings if one.code == "DLS202"]
    assert [one.pointer for one in found] == [f"/claims/{both.statement['claims'].index(brier(both, EASY))}"]
    assert "names no probe" in found[0].message


def test_a_profile_that_leaves_open_which_of_its_probes_is_named_before_a_run(tmp_path):
    (tmp_path / "small.yaml").write_text(yaml_text(profile(HARD, EASY, None)))
    found = check(tmp_path / "small.yaml").findings
    assert [(one.code, one.pointer) for one in found] == [("DLS508", f"/targets/{len(PROFILE['targets']) + 1}")]
    assert f"{HARD} and {EASY}" in found[0].message


def test_the_id_of_a_claim_has_its_probe_where_another_probe_measures_the_metric(both):
    for claim in both.statement["claims"]:
        assert claim["id"].endswith(claim["probe"]["id"]) == (claim["probe"]["id"] in (HARD, EASY))


@pytest.mark.parametrize(
    ("by", "named"),
    [("diversity.open_answer", False), ("diversity.listed_answers", True), ("elsewhere.answers", False)],
)
def test_a_twin_on_the_items_of_another_probe_does_not_stand_for_the_one_on_its_own(both, by, named):
    """Without the share of valid answers on the same items their variety means nothing; an unknown probe may not measure it."""
    kept = both.claim("diversity-distinct-16") | {"probe": {"id": by, "version": "1.0"}, "outcome": "preserved"}
    kept["targets"] = [{"kind": "absolute", "floor": 0.1, "outcome": "preserved"}]
    claims = [kept, both.claim("diversity-answer-validity")]
    statement = frozen(both.statement | {"claims": claims, "evidence": []}, Statement)
    context = RuleContext(read(both.folder / "dls.yaml"), statement, both.folder)
    assert [violation.pointer for violation in twin_is_claimed(context)] == (["/claims/0"] if named else [])
