"""Records and manifests that were changed are refuted; claims whose records are missing are not verifiable."""

import json
import os
import subprocess
import sys

import pytest
from tests.validator.verifying.test_recompute import ACCURACY, BRIER, CHEAP, ENTROPY

from dls.canonical import file_sha256
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.verifying.comparison import Verdict

HEADLINE = "headline.multiple_choice"
LIKE_ANY_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may open every file, unless it gives that capability up."""


def repin(publication):
    """Let the statement name the digest of the headline's manifest as it is now, as a careful forger would."""
    path = publication.folder / "evidence" / HEADLINE / "manifest.json"
    entry = next(e for e in publication.statement["evidence"] if e["path"].endswith(f"{HEADLINE}/manifest.json"))
    entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def records_of(publication, arm):
    lines = (publication.folder / "evidence" / HEADLINE / f"{arm}.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def remake(publication, make_evidence, **changes):
    """Make the headline's evidence again, with another seed or other records."""
    profile = load_profile(publication.folder / "small.yaml")
    return make_evidence(publication.folder / "evidence", find_probe(HEADLINE), profile, **changes)


def copy_teacher(publication, make_evidence):
    """Give the student the teacher's records, and measure and hash everything again."""
    teacher = records_of(publication, "teacher")
    records = {"teacher": teacher, "student": teacher}
    remake(publication, make_evidence, records=records)


def test_a_touched_manifest_is_refuted_by_its_digest(publication):
    path = publication.folder / "evidence" / HEADLINE / "manifest.json"
    path.write_text(path.read_text() + "\n")
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert "has digest" in result.reason


def test_a_touched_record_is_refuted_by_its_digest(publication):
    path = publication.folder / "evidence" / HEADLINE / "student.jsonl"
    path.write_bytes(path.read_bytes().replace(b"-", b"+", 1))
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert "student.jsonl: the records have digest" in result.reason


ALTERATIONS = {
    "line ends of Windows": (
        lambda data: data.replace(b"\n", b"\r\n"),
        "with LF at the ends of its lines it would fit",
    ),
    "a pointer of Git LFS": (
        lambda _: b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n",
        "run `git lfs pull`",
    ),
}


@pytest.mark.parametrize("name", ["manifest.json", "student.jsonl"])
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_file_that_a_tool_of_the_reader_changed_accuses_nobody(publication, alteration, name):
    change, words = ALTERATIONS[alteration]
    path = publication.folder / "evidence" / HEADLINE / name
    path.write_bytes(change(path.read_bytes()))
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.NOT_VERIFIABLE
    assert words in result.reason


@pytest.mark.parametrize("name", ["manifest.json", "student.jsonl", ""])
def test_a_file_that_this_account_cannot_read_accuses_nobody(publication, name):
    closed_path = publication.folder / "evidence" / HEADLINE / name
    closed_path.chmod(0)
    command = [sys.executable, "-m", "dls.commands.cli", "recompute", "--format", "json", publication.write(ACCURACY)]
    process = subprocess.run([*LIKE_ANY_USER, *command], capture_output=True, text=True, check=False)
    closed_path.chmod(0o700)
    (claim,) = json.loads(process.stdout)["claims"]
    assert claim["verdict"] == "not_verifiable"
    assert "read" in claim["reason"]


def test_records_of_another_seed_are_refuted_though_every_digest_fits(publication, make_evidence):
    """The best of five seeds: the statement keeps the derived seed and shows the records of another one."""
    seed = publication.claim(ACCURACY)["items"]["seed"]
    place = remake(publication, make_evidence, seed=5)
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["items"]["seed"] = seed
    (place / "manifest.json").write_text(json.dumps(manifest))
    repin(publication)
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert f"seed {seed} makes items with digest" in result.reason


def test_the_best_of_five_seeds_is_never_preserved(publication, make_evidence, make_statement):
    remake(publication, make_evidence, seed=5)
    claims = {claim["id"]: claim for claim in make_statement(publication.folder)["claims"]}
    assert claims[ACCURACY]["outcome"] == "inconclusive"
    assert claims[ACCURACY]["reason"] == "chosen_seed"
    claims[ACCURACY]["outcome"] = "preserved"
    publication.statement["claims"] = [claims[ACCURACY]]
    repin(publication)
    (result,) = publication.recompute(ACCURACY)
    assert "the outcome preserved is inconclusive when made again" in result.reason


def test_records_edited_and_hashed_again_with_their_claims_are_consistent(publication, make_evidence, make_statement):
    """`recompute` cannot detect this: only a run of the models (`dls reproduce`) refutes invented records."""
    copy_teacher(publication, make_evidence)
    statement = make_statement(publication.folder)
    (result,) = publication._replace(statement=statement).recompute(ACCURACY)
    assert (result.verdict, result.new_numbers["loss"]["value"]) == (Verdict.CONFIRMED, 0)


def test_numbers_that_outlive_their_edited_records_are_refuted(publication, make_evidence):
    copy_teacher(publication, make_evidence)
    repin(publication)
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert "student" in result.reason


def test_items_dropped_where_the_student_failed_are_refuted(publication):
    place = publication.folder / "evidence" / HEADLINE
    manifest = json.loads((place / "manifest.json").read_text())
    for entry in manifest["records"]:
        path = place / entry["path"]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-20]))
        entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size, "count": 100}
    (place / "manifest.json").write_text(json.dumps(manifest))
    repin(publication)
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert "100 records for 120 items" in result.reason


def test_a_validity_check_that_fails_takes_the_outcome_back(publication, make_evidence, make_statement):
    """A student that puts its mass elsewhere: the manifest hides that its check failed."""
    place = publication.folder / "evidence" / HEADLINE
    arms = {arm: records_of(publication, arm) for arm in ("teacher", "student")}
    for record in arms["student"]:
        record["logprobs"] = [[value - 3 for value in values] for values in record["logprobs"]]
    remake(publication, make_evidence, records=arms)
    manifest = json.loads((place / "manifest.json").read_text())
    assert not all(check["passed"] for check in manifest["checks"])
    for check in manifest["checks"]:
        check |= {"value": 0.9, "passed": True}
    (place / "manifest.json").write_text(json.dumps(manifest))
    statement = make_statement(publication.folder)
    (result,) = publication._replace(statement=statement).recompute(ACCURACY)
    assert "the outcome preserved is inconclusive when made again" in result.reason


def first_evidence(publication):
    return publication.statement["evidence"][0]


def remove(name):
    """Return a change that removes a file of the headline's evidence."""
    return lambda publication: (publication.folder / "evidence" / HEADLINE / name).unlink()


ELSEWHERE = {"availability": "gated", "uri": "https://example.org/e", "path": None}
UNVERIFIABLE = {
    "evidence that is not here": (remove("manifest.json"), "missing"),
    "evidence that lies elsewhere": (lambda publication: first_evidence(publication).update(ELSEWHERE), "elsewhere"),
    "no evidence named": (
        lambda publication: publication.claim(ACCURACY).update(evidence=["ev-nothing"]),
        "no evidence with records lies beside",
    ),
    "a path that leaves the folder": (
        lambda publication: first_evidence(publication).update(path="../manifest.json"),
        "that leaves the statement's folder",
    ),
    "records that are not here": (remove("student.jsonl"), "the records are missing"),
}


@pytest.mark.parametrize("lack", UNVERIFIABLE)
def test_a_claim_without_its_records_is_not_verifiable_and_the_others_are_judged(publication, lack):
    change, words = UNVERIFIABLE[lack]
    change(publication)
    for entry in publication.statement["evidence"]:
        if entry.get("path", "") is None:
            del entry["path"]
    results = {result.id: result for result in publication.recompute(*CHEAP)}
    assert results[ACCURACY].verdict is Verdict.NOT_VERIFIABLE
    assert words in results[ACCURACY].reason
    assert results[BRIER].verdict is results[ENTROPY].verdict is Verdict.CONFIRMED


def test_a_probe_version_of_another_release_says_what_to_do(publication):
    place = publication.folder / "evidence" / HEADLINE / "manifest.json"
    place.write_text(place.read_text().replace('"version": "1.0"', '"version": "0.7"', 1))
    repin(publication)
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.NOT_VERIFIABLE
    assert "install an earlier release" in result.reason
