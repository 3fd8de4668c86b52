"""Records and manifests that were touched, exchanged or taken away: refuted where they lie, not verifiable where they are gone."""

import json

import pytest
from tests.validator.verifying.test_recompute import ACCURACY, BRIER, CHEAP, ENTROPY

from dls.canonical import file_sha256
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.verifying.comparison import Verdict

HEADLINE = "headline.multiple_choice"


def repin(told):
    """Let the statement name the headline's manifest as it is now: a forger who knows his digests."""
    path = told.folder / "evidence" / HEADLINE / "manifest.json"
    entry = next(one for one in told.statement["evidence"] if one["path"].endswith(f"{HEADLINE}/manifest.json"))
    entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def records_of(told, arm):
    lines = (told.folder / "evidence" / HEADLINE / f"{arm}.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def copy_teacher(told, make_evidence):
    """Give the student the teacher's records, and measure and hash everything again."""
    teacher = records_of(told, "teacher")
    records = {"teacher": teacher, "student": teacher}
    make_evidence(
        told.folder / "evidence", find_probe(HEADLINE), load_profile(told.folder / "small.yaml"), records=records
    )


def test_a_touched_manifest_is_refuted_by_its_digest(told):
    path = told.folder / "evidence" / HEADLINE / "manifest.json"
    path.write_text(path.read_text() + "\n")
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.REFUTED
    assert "has digest" in judged.reason


def test_a_touched_record_is_refuted_by_its_digest(told):
    path = told.folder / "evidence" / HEADLINE / "student.jsonl"
    path.write_bytes(path.read_bytes().replace(b"-", b"+", 1))
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.REFUTED
    assert "student.jsonl: the records have digest" in judged.reason


def test_records_of_another_seed_are_refuted_though_every_digest_fits(told, make_evidence):
    """The best of five seeds: the statement keeps the derived seed and shows the records of another one."""
    headline = find_probe(HEADLINE)
    derived = told.claim(ACCURACY)["items"]["seed"]
    place = make_evidence(told.folder / "evidence", headline, load_profile(told.folder / "small.yaml"), seed=5)
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["items"]["seed"] = derived
    (place / "manifest.json").write_text(json.dumps(manifest))
    repin(told)
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.REFUTED
    assert f"seed {derived} makes items with digest" in judged.reason


def test_the_best_of_five_seeds_is_never_preserved(told, make_evidence, make_statement):
    make_evidence(told.folder / "evidence", find_probe(HEADLINE), load_profile(told.folder / "small.yaml"), seed=5)
    claims = {claim["id"]: claim for claim in make_statement(told.folder)["claims"]}
    assert claims[ACCURACY]["outcome"] == "inconclusive"
    assert claims[ACCURACY]["reason"] == "chosen_seed"
    claims[ACCURACY]["outcome"] = "preserved"
    told.statement["claims"] = [claims[ACCURACY]]
    repin(told)
    (judged,) = told.recompute(ACCURACY)
    assert "the outcome preserved is inconclusive when made again" in judged.reason


def test_records_edited_and_hashed_again_with_their_claims_are_consistent(told, make_evidence, make_statement):
    """What `recompute` cannot see: it takes the models (`dls reproduce`) to refute invented records."""
    copy_teacher(told, make_evidence)
    statement = make_statement(told.folder)
    (judged,) = told._replace(statement=statement).recompute(ACCURACY)
    assert (judged.verdict, judged.new_numbers["loss"]["value"]) == (Verdict.CONFIRMED, 0)


def test_numbers_that_outlive_their_edited_records_are_refuted(told, make_evidence):
    copy_teacher(told, make_evidence)
    repin(told)
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.REFUTED
    assert "student" in judged.reason


def test_items_dropped_where_the_student_failed_are_refuted(told):
    place = told.folder / "evidence" / HEADLINE
    manifest = json.loads((place / "manifest.json").read_text())
    for entry in manifest["records"]:
        path = place / entry["path"]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-20]))
        entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size, "count": 100}
    (place / "manifest.json").write_text(json.dumps(manifest))
    repin(told)
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.REFUTED
    assert "100 records for 120 items" in judged.reason


def test_a_validity_check_that_fails_takes_the_outcome_back(told, make_evidence, make_statement):
    """A student that puts its mass elsewhere: the manifest hides that its check failed."""
    headline = find_probe(HEADLINE)
    place = told.folder / "evidence" / headline.id
    arms = {arm: records_of(told, arm) for arm in ("teacher", "student")}
    for record in arms["student"]:
        record["logprobs"] = [[value - 3 for value in values] for values in record["logprobs"]]
    make_evidence(told.folder / "evidence", headline, load_profile(told.folder / "small.yaml"), records=arms)
    manifest = json.loads((place / "manifest.json").read_text())
    assert not all(check["passed"] for check in manifest["checks"])
    for check in manifest["checks"]:
        check |= {"value": 0.9, "passed": True}
    (place / "manifest.json").write_text(json.dumps(manifest))
    statement = make_statement(told.folder)
    (judged,) = told._replace(statement=statement).recompute(ACCURACY)
    assert "the outcome preserved is inconclusive when made again" in judged.reason


UNVERIFIABLE = {
    "evidence that is not here": (lambda told: (told.folder / "evidence/headline.multiple_choice/manifest.json").unlink(), "missing"),
    "evidence that lies elsewhere": (
        lambda told: told.statement["evidence"][0].update(availability="gated", uri="https://example.org/e", path=None), "elsewhere"
    ),
    "no evidence named": (lambda told: told.claim(ACCURACY).update(evidence=["ev-nothing"]), "no evidence with records lies beside"),
    "a path that leaves the folder": (lambda told: told.statement["evidence"][0].update(path="../manifest.json"), "that leaves the statement's folder"),
    "records that are not here": (lambda told: (told.folder / "evidence/headline.multiple_choice/student.jsonl").unlink(), "the records are missing"),
}  # fmt: skip


@pytest.mark.parametrize("lack", UNVERIFIABLE)
def test_what_cannot_be_judged_is_not_verifiable_and_all_else_is_judged(told, lack):
    change, words = UNVERIFIABLE[lack]
    change(told)
    for entry in told.statement["evidence"]:
        if entry.get("path", "") is None:
            del entry["path"]
    judged = {one.id: one for one in told.recompute(*CHEAP)}
    assert judged[ACCURACY].verdict is Verdict.NOT_VERIFIABLE
    assert words in judged[ACCURACY].reason
    assert judged[BRIER].verdict is judged[ENTROPY].verdict is Verdict.CONFIRMED


def test_a_probe_version_of_another_release_says_what_to_do(told):
    place = told.folder / "evidence" / HEADLINE / "manifest.json"
    place.write_text(place.read_text().replace('"version": "1.0"', '"version": "0.7"', 1))
    repin(told)
    (judged,) = told.recompute(ACCURACY)
    assert judged.verdict is Verdict.NOT_VERIFIABLE
    assert "install an earlier release" in judged.reason
