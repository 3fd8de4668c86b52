"""A draft states the numbers, and marks a gap for each answer that only a person can give."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from tests.validator.evidence.hub_layout import hub_cache

from dls.authoring.draft import draft_statement
from dls.authoring.prepared_answers import read_prepared_answers
from dls.checking.validate import check
from dls.errors import DlsError
from dls.evidence.folder import find_manifests
from dls.evidence.model_card import ModelCard
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.standard.numbers import GAP
from dls.standard.registry import DIMENSIONS
from dls.verifying.recompute import open_context, recompute_claims


def drafted(publication, words=None):
    return draft_statement(
        find_manifests(publication.folder / "evidence"),
        load_profile(publication.folder / "small.yaml"),
        publication.folder,
        words or {},
        "2026-11-20",
    )


def gaps(value, pointer=""):
    """Return the pointers of all gaps, by another walk than the rule's."""
    if isinstance(value, dict):
        return [p for name, member in value.items() for p in gaps(member, f"{pointer}/{name}")]
    if isinstance(value, list):
        return [p for i, member in enumerate(value) for p in gaps(member, f"{pointer}/{i}")]
    return [pointer] if isinstance(value, str) and GAP in value else []


def test_with_all_answers_it_validates_without_a_gap(publication):
    result = check(publication.folder / "dls.yaml")
    assert (result.findings, gaps(publication.statement)) == ((), [])


def test_without_answers_each_gap_is_reported_and_nothing_else(publication):
    statement = drafted(publication)
    (publication.folder / "dls.json").write_text(json.dumps(statement))
    findings = check(publication.folder / "dls.json").findings
    assert {finding.code for finding in findings} == {"DLS004"}
    assert sorted(finding.pointer for finding in findings) == sorted(gaps(statement))
    assert {"/issuer/name", "/teacher/source", "/limits", "/acceptances/0/review_by", "/scenario/stakes"} <= set(
        gaps(statement)
    )


@pytest.mark.parametrize(("derivation", "base"), [(("fine_tuned",), "example/base"), ((), None)])
def test_a_base_without_its_relation_may_be_the_teacher_and_is_left_out(publication, derivation, base):
    cards = {"student": ModelCard(base="example/base", derivation=derivation)}
    manifests = [entry._replace(cards=cards) for entry in find_manifests(publication.folder / "evidence")]
    value = draft_statement(manifests, load_profile(publication.folder / "small.yaml"), publication.folder, {})
    assert value["student"].get("base") == base


def test_every_metric_with_a_direction_is_a_claim_and_no_other(publication):
    measurements = {}
    for path in sorted((publication.folder / "evidence").glob("*/manifest.json")):
        for entry in json.loads(path.read_text())["metrics"]:
            measurements[entry["metric"]] = entry
    from dls.standard.registry import metric

    claims = {claim["metric"]: claim for claim in drafted(publication)["claims"]}
    assert set(claims) == {name for name in measurements if metric(name).direction != "neutral"}
    for name, claim in claims.items():
        for part in ("teacher", "student", "pair", "loss", "retention"):
            assert claim.get(part) == measurements[name].get(part)


def test_outcomes_follow_from_the_numbers_and_the_margins(publication):
    for claim in drafted(publication)["claims"]:
        for target in claim["targets"]:
            if target["kind"] == "non_inferiority":
                ends = claim["loss"]["interval"]
                if target["outcome"] == "preserved":
                    assert ends["high"] <= target["margin"]
                elif target["outcome"] == "lost":
                    assert ends["low"] > target["margin"]
                else:
                    assert ends["low"] <= target["margin"] < ends["high"]


def test_each_dimension_has_a_claim_or_an_absence(publication):
    statement = drafted(publication)
    dimensions = {claim["dimension"] for claim in statement["claims"]} | {a["dimension"] for a in statement["absences"]}
    assert set(DIMENSIONS) <= dimensions


def test_each_open_claim_gets_an_acceptance_to_fill_and_no_other(publication):
    statement = drafted(publication)
    still_open = [claim["id"] for claim in statement["claims"] if claim["outcome"] in ("lost", "inconclusive")]
    assert [entry["claim"] for entry in statement["acceptances"]] == still_open == ["diversity-valid-answer-entropy"]


def test_an_acceptance_of_a_claim_that_is_not_open_is_left_out(publication, words):
    extra = {**words["acceptances"][0], "claim": "headline-accuracy"}
    statement = drafted(publication, {**words, "acceptances": [*words["acceptances"], extra]})
    assert [entry["claim"] for entry in statement["acceptances"]] == ["diversity-valid-answer-entropy"]


def test_an_absence_of_a_measured_dimension_is_left_out(publication, words):
    extra = {**words["absences"][0], "dimension": "uncertainty"}
    statement = drafted(publication, {**words, "absences": [*words["absences"], extra]})
    assert statement["absences"] == words["absences"]


def test_a_planned_metric_that_was_not_measured_gets_an_absence_of_its_own(publication):
    shutil.rmtree(publication.folder / "evidence" / "headline.multiple_choice")
    path = publication.folder / "evidence" / "diversity.open_answer" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["metrics"] = [entry for entry in manifest["metrics"] if entry["metric"] != "valid_answer_entropy"]
    path.write_text(json.dumps(manifest))
    absences = [(a["dimension"], a.get("metric")) for a in drafted(publication)["absences"]]
    assert ("diversity", "valid_answer_entropy") in absences


def test_a_metric_that_another_probe_has_to_measure_too_is_absent_by_that_probe(publication):
    profile = load_profile(publication.folder / "small.yaml")
    accuracy = next(target for target in profile.targets if target.metric == "accuracy")
    twice = profile._replace(targets=(*profile.targets, msgspec.structs.replace(accuracy, probe="headline.labels")))
    absences = draft_statement(
        find_manifests(publication.folder / "evidence"), twice, publication.folder, {}, "2026-11-20"
    )["absences"]
    assert [a["probe"] for a in absences if a.get("metric") == "accuracy"] == ["headline.labels"]


def test_evidence_is_named_relative_to_the_statement(publication):
    for entry in drafted(publication)["evidence"]:
        path = Path(entry["path"])
        assert not path.is_absolute()
        assert (publication.folder / path).stat().st_size == entry["bytes"]
        assert entry["measured_on"] == "2026-11-10"
    assert drafted(publication)["scenario"]["path"] == "small.yaml"


def test_linked_evidence_is_named_where_it_lies_and_stands_in_every_check(publication, tmp_path):
    for name in ("evidence", "dls.yaml"):
        assert (publication.folder / name).exists()
    (tmp_path / "home").mkdir()
    (publication.folder / "dls.yaml").unlink()
    snapshot = hub_cache(publication.folder, tmp_path / "home")
    profile = load_profile(snapshot / "small.yaml")
    statement = draft_statement(find_manifests(snapshot / "evidence"), profile, snapshot, {}, "2026-11-20")
    assert [entry["path"].split("/")[0] for entry in statement["evidence"]] == ["evidence"] * 3
    assert statement["scenario"]["path"] == "small.yaml"
    (snapshot / "draft.json").write_text(json.dumps(statement))
    assert {finding.code for finding in check(snapshot / "draft.json").findings} == {"DLS004"}
    verdicts = {claim.verdict for claim in recompute_claims(open_context(snapshot / "draft.json"))}
    assert verdicts == {"confirmed"}


def test_evidence_outside_of_the_statements_folder_is_refused(publication):
    (publication.folder / "below").mkdir()
    with pytest.raises(DlsError, match=r"lies outside of .*below"):
        draft_statement(
            find_manifests(publication.folder / "evidence"),
            load_profile(publication.folder / "small.yaml"),
            publication.folder / "below",
            {},
        )


def test_another_profile_is_refused_with_both_digests(publication):
    with pytest.raises(DlsError, match=f"not for demo {load_profile('demo').sha256}"):
        draft_statement(find_manifests(publication.folder / "evidence"), load_profile("demo"), publication.folder, {})


def test_the_same_evidence_has_the_same_id_and_other_evidence_another(publication):
    first = drafted(publication)["id"]
    assert first == drafted(publication, {"limits": "x"})["id"]
    path = publication.folder / "evidence" / "headline.multiple_choice" / "manifest.json"
    path.write_text(path.read_text() + " ")
    assert drafted(publication)["id"] != first


def spoil(path, name, value):
    manifest = json.loads(path.read_text())
    manifest[name] = value(manifest[name]) if callable(value) else value
    path.write_text(json.dumps(manifest))


SPOILT = {
    "another student": ("arms", lambda arms: {**arms, "student": {"weights_sha256": "d" * 64}}, "different arms"),
    "another profile": ("profile", lambda profile: {**profile, "sha256": "d" * 64}, "different profile"),
    "one model alone": ("arms", lambda arms: {"student": arms["student"]}, "takes a teacher and a student"),
    "no schema": ("items", 7, "/items"),
    "an unknown metric": ("metrics", [{"metric": "acuracy", "student": {"value": 1.0}}], "did you mean 'accuracy'"),
    "another release's probe": (
        "probe",
        {"id": "headline.multiple_choice", "version": "7.0"},
        "install a later release",
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_evidence_that_makes_no_statement_is_refused_in_a_sentence(publication, case):
    name, value, words = SPOILT[case]
    spoil(publication.folder / "evidence" / "headline.multiple_choice" / "manifest.json", name, value)
    with pytest.raises(DlsError) as error:
        drafted(publication)
    assert words in str(error.value)


def test_a_folder_without_evidence_says_how_to_make_some(tmp_path):
    with pytest.raises(DlsError, match="dls probe run --out"):
        find_manifests(tmp_path)


@pytest.mark.parametrize("text", ["[", "[3]", '{"started": 3}', '{"started": "once upon a time"}', "\xff"])
def test_a_run_that_does_not_say_when_it_began_is_never_dated_by_guess(publication, text):
    (publication.folder / "evidence" / "headline.multiple_choice" / "run.json").write_text(text, encoding="latin-1")
    with pytest.raises(DlsError, match=r"run\.json does not say when"):
        drafted(publication)


def test_without_a_run_file_the_measurement_is_dated_today(publication):
    from datetime import UTC, datetime

    (publication.folder / "evidence" / "headline.multiple_choice" / "run.json").unlink()
    dates = {entry["id"]: entry["measured_on"] for entry in drafted(publication)["evidence"]}
    assert dates["ev-headline.multiple_choice"] == datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- teacher", "is no mapping"),
        ("limits: x\ntecher: {}", ":2:1: 'techer' is no member to prepare"),
        ("teacher: hello", ":1:1: teacher is not written as a statement has it"),
        ("absences: 3", ":1:1: absences"),
        ("absences: [{}]", ":1:1: absences"),
        ("acceptances: [3]", ":1:1: acceptances"),
        ("scenario: [3]", ":1:1: scenario"),
        ("claims: []", "'claims' is no member to prepare"),
        ("a: [", ":1:4: '[' opens here and is never closed"),
    ],
)
def test_prepared_answers_of_another_form_are_refused_at_their_place(tmp_path, text, place):
    (tmp_path / "words.yaml").write_text(text)
    with pytest.raises(DlsError) as error:
        read_prepared_answers(tmp_path / "words.yaml")
    assert place in str(error.value)


def test_a_seed_with_a_reason_is_written_and_cannot_be_preserved(publication, make_evidence):
    make_evidence(
        publication.folder / "evidence",
        find_probe("headline.multiple_choice"),
        load_profile(publication.folder / "small.yaml"),
        seed=5,
    )
    claim = next(c for c in drafted(publication)["claims"] if c["metric"] == "accuracy")
    assert claim["items"]["seed_reason"] == "a test"
    assert (claim["outcome"], claim["reason"]) == ("inconclusive", "chosen_seed")
