"""Forgeries that only the models show: the built-in pair, run again, refutes them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from simulations.taught import PROBE, by_rote, on_the_generator, publish, reruns, teach
from tests.forgeries import EXIT_CODE
from tests.reference_probes.published import ACCURACY, HEADLINE, N, Published, shift_logits
from tests.reference_probes.stated import rewrite_manifest

from dls.judging.claimed_profile import is_required
from dls.model import Claim
from dls.probes.catalogue import find_probe
from dls.verifying.comparison import Verdict
from dls.verifying.recompute import exit_code, recompute_claims
from dls.verifying.tolerance import REFUTED, Agreement
from dls_probes import pair
from dls_probes.reproduction.comparison_result import Comparison
from dls_probes.reproduction.holm import adjust_for_multiplicity
from dls_probes.reproduction.report import claim_results
from dls_probes.reproduction.second_run import reproduce


def change_records(place: Path, change: Callable[[Any], None]) -> None:
    path = place / "student.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for record in records:
        change(record)
    path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
    rewrite_manifest(place)


def surer(record: Any) -> None:
    """Make each choice of the student less sure, as a calibrated one would be."""
    record["logprobs"] = [[round(value / 2 - 0.3, 6) for value in values] for values in record["logprobs"]]


def test_records_edited_and_hashed_again_pass_recompute_and_fail_reproduce(published):
    change_records(published.folder / "evidence" / PROBE, surer)
    published.draft()
    assert {result.verdict for result in recompute_claims(published.context())} == {Verdict.CONFIRMED}
    published.catches("records edited and hashed again all the way up")


@pytest.mark.slow
def test_records_copied_from_the_teacher_pass_recompute_and_fail_reproduce(published):
    place = published.folder / "evidence" / PROBE
    shutil.copy(place / "teacher.jsonl", place / "student.jsonl")
    rewrite_manifest(place)
    published.draft()
    assert {result.verdict for result in recompute_claims(published.context())} == {Verdict.CONFIRMED}
    published.catches("records copied from teacher to student")


@pytest.mark.parametrize(
    ("forgery", "folders", "flag"),
    [
        ("another model's weights", {"student": pair.TEACHER}, "--student-is-source"),
        ("the teacher replaced by a weaker one", {"teacher": pair.STUDENT}, "--teacher-is-source"),
    ],
)
def test_another_model_at_the_named_source_refutes_every_claim(published, forgery, folders, flag):
    """Without the verifier's word that the folder is the source, no claim can be verified."""
    published.tell(lambda document: [document[arm].update(revision="1.0") for arm in ("teacher", "student")])
    report = published.catches(forgery, flag, **folders)
    assert {claim["verdict"] for claim in report["claims"]} == {"refuted"}
    code, report = published.command(**folders)
    assert code == EXIT_CODE
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}


@pytest.mark.slow
def test_a_student_that_learnt_the_published_items_by_rote_fails_on_fresh_ones(tmp_path):
    items = find_probe(PROBE).items(7, N)
    student = teach(pair.STUDENT, tmp_path / "student", by_rote(items, 32), steps=100, rate=5e-3)
    publication = Published(publish(student, tmp_path / "rote", N, seed=7).parent)
    code, report = publication.command(student=student)
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}
    assert code == 0
    shutil.rmtree(publication.folder / "report-evidence")
    publication.catches("a student fine-tuned by rote on the published items", "--draw-factor", "1", student=student)


@pytest.mark.slow
def test_a_student_that_was_taught_on_the_generator_passes_fresh_items_and_not_the_verifiers_words(tmp_path):
    student = teach(pair.STUDENT, tmp_path / "student", on_the_generator(pair.STUDENT), steps=600, rate=1e-3)
    runs = reruns(publish(student, tmp_path / "taught", 300), student, Path("examples/private_phrasings.txt"))
    refutations = {name: _refuted(runs[name], tmp_path / name) for name in ("fresh items", "--private-phrasings")}
    assert refutations["fresh items"] == 0
    assert refutations["--private-phrasings"] > 0


def _refuted(run, folder):
    results = claim_results(run.context, reproduce(run, folder).results)
    return sum(result.verdict is Verdict.REFUTED for result in results)


def test_claims_that_are_not_required_dilute_nothing(published):
    """One of four required claims at p = 0.002 stays refuted beside a hundred claims without a target."""
    context = published.context()
    primary = [claim for claim in context.statement.claims if is_required(context, claim)]
    secondary = next(claim for claim in context.statement.claims if not is_required(context, claim))
    comparisons = [_comparison(claim, p) for claim, p in zip(primary, (0.002, 0.5, 0.5, 0.5), strict=True)]
    results = adjust_for_multiplicity(context, comparisons + [_comparison(secondary, 0.9)] * 100)[:4]
    assert [result.verdict for result in results] == [Verdict.REFUTED, *[Verdict.CONFIRMED] * 3]
    assert results[0].adjusted_p == pytest.approx(0.008)
    assert exit_code(claim_results(context, results), allow_unverified=True) == EXIT_CODE


def _comparison(claim: Claim, p: float) -> Comparison:
    """Return a comparison of one part that came out with a p-value."""
    return Comparison(claim, Verdict.CONFIRMED, "", agreements=(Agreement("student", 0.0, 0.05, p, 0.02),))


def test_a_claim_about_a_second_seed_is_run_too(headline):
    """The first claim keeps its items, the second names others: each is compared with its own."""

    def change_seed(document: Any) -> None:
        document["claims"][1]["items"] |= {"seed": 5, "seed_reason": "a test"}

    headline.tell(change_seed)
    results = headline.again()
    assert results[ACCURACY].verdict is Verdict.CONFIRMED
    assert (headline.folder / "again" / "draw-2" / HEADLINE / "manifest.json").exists()
    second = list(results.values())[1]
    assert second.verdict is Verdict.REFUTED
    assert "seed 5 makes items with digest" in second.reason


def test_a_narrowed_interval_is_seen_where_the_records_differ(headline, monkeypatch):
    def narrow(document: Any) -> None:
        ends = document["claims"][0]["loss"]["interval"]
        ends["low"] += 0.04  # more than its near ties explain

    headline.tell(narrow)
    shift_logits(monkeypatch, 1e-5)
    result = headline.again()[ACCURACY]
    assert result.verdict is Verdict.REFUTED
    assert "the low end of loss's interval" in result.reason


def test_more_comparisons_see_no_smaller_forgery():
    agreement = Agreement("student", 0.0, 0.05, p=1.0, spread=0.02)
    sizes = [agreement.smallest_forgery(comparisons) for comparisons in (1, 2, 10)]
    assert sizes[0] == 0.05
    assert sizes == sorted(set(sizes))
    assert REFUTED == 0.01
