"""Each forged number of a claim is refuted and named; an honest one is confirmed."""

from collections.abc import Callable
from typing import Any

import pytest

from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.verifying.comparison import Verdict
from dls.verifying.recompute import exit_code, open_context, recompute_claims

ACCURACY, BRIER, ENTROPY = "headline-accuracy", "uncertainty-brier-top-label", "diversity-valid-answer-entropy"
FLIPS, MASS = "headline-flips-lost", "diversity-valid-answer-mass"
CHEAP = (ACCURACY, FLIPS, BRIER, ENTROPY, MASS)  # no bootstrap of a rank statistic


def bump(place: str, by: float) -> Callable[[dict[str, Any]], None]:
    """Return a forger that adds to a number at a path such as ``loss/interval/low``."""

    def forge(claim):
        *parents, last = place.split("/")
        for name in parents:
            claim = claim[name]
        claim[last] = round(claim[last] + by, 6)

    return forge


def put(place: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def forge(claim):
        *parents, last = place.split("/")
        for name in parents:
            claim = claim[name]
        if value is None:
            del claim[last]
        else:
            claim[last] = value

    return forge


def flip(claim):
    """Turn a loss into a gain: the sign of the value and of both ends."""
    interval = claim["loss"]["interval"]
    claim["loss"]["value"] *= -1
    interval["low"], interval["high"] = -interval["high"], -interval["low"]


def swap(claim):
    claim["teacher"], claim["student"] = claim["student"], claim["teacher"]


FORGERIES = {
    "a better student value": (ACCURACY, bump("student/value", 0.01), "student 0"),
    "a better student value in the fourth decimal": (BRIER, bump("student/value", -0.0002), "student 0"),
    "a worse teacher value": (BRIER, bump("teacher/value", 0.001), "teacher 0"),
    "a better count": (ACCURACY, bump("student/count", 1), "student has count"),
    "fewer trials": (ACCURACY, bump("student/n", -1), "student has n 119"),
    "other trials without a count": (
        ACCURACY,
        lambda claim: (put("student/count", None)(claim), put("student/n", 12)(claim)),
        "student has n 12, and 120",
    ),
    "a smaller loss": (BRIER, bump("loss/value", -0.002), "loss 0"),
    "a loss with its sign flipped": (ENTROPY, flip, "loss -0"),
    "teacher and student in each other's place": (ENTROPY, swap, "teacher 0"),
    "a narrowed upper end": (ACCURACY, bump("loss/interval/high", -0.0003), "the high end of loss's interval"),
    "a narrowed lower end": (BRIER, bump("student/interval/low", 0.0003), "the low end of student's interval"),
    "a widened interval, to become inconclusive": (
        ENTROPY,
        bump("loss/interval/low", -0.3),
        "the low end of loss's interval",
    ),
    "an interval of another n": (
        ACCURACY,
        put("loss/interval/n_units", 1500),
        "the interval of loss has n_units 1500, and 120 when made again",
    ),
    "an interval of clusters": (
        ACCURACY,
        put("loss/interval/unit", "cluster"),
        "the interval of loss has unit cluster",
    ),
    "an interval of another level": (ACCURACY, put("loss/interval/level", 0.99), "the interval of loss has level 0.99"),
    "an interval of another method": (
        ACCURACY,
        put("loss/interval/method", "wald"),
        "the interval of loss has method wald",
    ),
    "no interval": (BRIER, put("loss/interval", None), "the interval of loss is not claimed"),
    "a value printed with fewer digits": (
        BRIER,
        lambda claim: claim["student"].update(value=round(claim["student"]["value"], 2)),
        "student 0",
    ),
    "no number of units": (BRIER, put("loss/interval/n_units", None), "the interval of loss has n_units none, and 120"),
    "no flips": (ACCURACY, put("flips", None), "flips is not claimed"),
    "no count": (FLIPS, put("pair/count", None), "pair has count none"),
    "no retention": (ACCURACY, put("retention", None), "retention is not claimed"),
    "no loss": (ENTROPY, put("loss", None), "loss is not claimed"),
    "no teacher": (MASS, put("teacher", None), "teacher is not claimed"),
    "a share kept that is too large": (ACCURACY, bump("retention/value", 0.05), "retention 1"),
    "a share kept where none was measured": (ENTROPY, put("retention", {"value": 0.9}), "retention is claimed"),
    "a value of the pair": (FLIPS, bump("pair/count", -1), "pair has count"),
    "flips that cancel": (
        ACCURACY,
        lambda claim: (bump("flips/teacher_only", 1)(claim), bump("flips/student_only", 1)(claim)),
        "flips has teacher_only",
    ),
    "an outcome by wish": (ENTROPY, put("outcome", "preserved"), "the outcome preserved is lost when made again"),
    "an outcome by modesty": (ACCURACY, put("outcome", "inconclusive"), "the outcome inconclusive is preserved"),
    "a wished outcome of one target": (
        ENTROPY,
        lambda claim: claim["targets"][0].update(outcome="inconclusive"),
        "the outcome inconclusive of its target",
    ),
    "a seed that was not used": (ACCURACY, put("items/seed", 7), "the claim names other items than its evidence"),
    "more items than were asked": (ACCURACY, put("items/n", 1500), "the claim names other items than its evidence"),
    "other items": (ACCURACY, put("items/sha256", "0" * 64), "the claim names other items than its evidence"),
    "another probe": (
        ACCURACY,
        put("probe", {"id": "uncertainty.multiple_choice", "version": "1.0"}),
        "the claim names another probe than its evidence",
    ),
    "a metric that the probe does not measure": (ACCURACY, put("metric", "aurc"), "does not measure aurc"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_claim_is_refuted_and_the_forgery_named(publication, forgery):
    claim, forge, words = FORGERIES[forgery]
    forge(publication.claim(claim))
    (result,) = publication.recompute(claim)
    assert (result.id, result.verdict) == (claim, Verdict.REFUTED)
    assert words in result.reason


def test_an_honest_statement_is_confirmed_claim_by_claim(publication):
    results = publication.recompute()
    assert [result.id for result in results] == [claim["id"] for claim in publication.statement["claims"]]
    assert {result.verdict for result in results} == {Verdict.CONFIRMED}
    assert all(result.claimed_numbers == result.new_numbers for result in results)
    assert exit_code(results, allow_unverified=False) == 0


HONEST = {
    "an end rounded outward once more": (ACCURACY, bump("loss/interval/high", 0.0001)),
    "a note": (ACCURACY, put("note", "All as it was.")),
}


@pytest.mark.parametrize("honesty", HONEST)
def test_an_honest_way_of_printing_is_confirmed(publication, honesty):
    claim, change = HONEST[honesty]
    change(publication.claim(claim))
    (result,) = publication.recompute(claim)
    assert (result.verdict, result.reason) == (Verdict.CONFIRMED, "every number follows from the records")


def test_a_missing_target_is_refuted_with_any_outcome(publication):
    targets = publication.claim(ACCURACY)["targets"]
    del targets[1]
    (result,) = publication.recompute(ACCURACY)
    assert (result.verdict, result.reason) == (Verdict.REFUTED, "it has 1 targets, and its profile 2")


def test_without_the_profile_the_numbers_are_judged_and_no_outcome_is(publication):
    (publication.folder / "small.yaml").unlink()
    results = {result.id: result for result in publication.recompute(*CHEAP)}
    open_claims = {name for name, result in results.items() if result.verdict is Verdict.NOT_VERIFIABLE}
    assert open_claims == {ACCURACY, BRIER, ENTROPY}
    reason = "its outcome cannot be judged without the profile: the profile 'small.yaml' is missing"
    assert reason in results[ACCURACY].reason
    assert results[ACCURACY].new_numbers["retention"] == results[ACCURACY].claimed_numbers["retention"]
    assert results[ACCURACY].new_numbers["outcome"] is None
    assert results[FLIPS].verdict is results[MASS].verdict is Verdict.CONFIRMED


def test_without_the_profile_every_claim_counts_as_required(publication):
    (publication.folder / "small.yaml").unlink()
    results = publication.recompute(ACCURACY)
    assert exit_code(results, allow_unverified=False) == 1
    assert exit_code(results, allow_unverified=True) == 0


def test_without_the_profile_a_forged_number_is_refuted_all_the_same(publication):
    (publication.folder / "small.yaml").unlink()
    publication.claim(ACCURACY)["retention"]["value"] += 0.05
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.REFUTED
    assert "retention 1" in result.reason


def test_one_forged_claim_leaves_the_others_confirmed(publication):
    publication.claim(ENTROPY)["student"]["value"] += 0.1
    results = publication.recompute(*CHEAP)
    assert [result.id for result in results if result.verdict is Verdict.REFUTED] == [ENTROPY]


def test_a_comparison_with_a_control_is_not_verifiable_here(publication):
    claim = publication.claim(ENTROPY)
    claim |= {"comparator": "control", "reference": claim.pop("teacher")}
    (result,) = publication.recompute(ENTROPY)
    assert result.verdict is Verdict.NOT_VERIFIABLE
    assert "not with the control" in result.reason


def test_a_draft_with_gaps_is_recomputed_all_the_same(publication):
    publication.statement["issuer"]["name"] = "TODO(dls)"
    publication.statement["teacher"]["source"] = "TODO(dls)"
    publication.statement["acceptances"][0]["review_by"] = "TODO(dls)"
    assert publication.recompute(ACCURACY)[0].verdict is Verdict.CONFIRMED


def test_a_statement_that_breaks_its_schema_names_the_place(publication):
    publication.statement["claims"][0]["student"]["value"] = "high"
    with pytest.raises(DlsError, match=r"dls\.json:\d+:\d+: .*dls validate"):
        open_context(publication.write())


def test_the_same_statement_as_json_gives_the_same_verdicts(publication):
    from_json = publication.recompute(*CHEAP)
    as_yaml = publication.folder / "dls.yaml"
    as_yaml.write_text(yaml_text(read(publication.folder / "dls.json").value))
    assert from_json == list(recompute_claims(open_context(as_yaml)))
    assert read(as_yaml).value == read(publication.folder / "dls.json").value


def test_exit_codes_follow_the_required_claims(publication):
    (publication.folder / "evidence/diversity.open_answer/manifest.json").unlink()
    results = publication.recompute(*CHEAP)
    assert exit_code(results, allow_unverified=False) == 1
    assert exit_code(results, allow_unverified=True) == 0
    assert {result.id for result in results if result.is_required} == {ACCURACY, BRIER, ENTROPY}
    assert exit_code([result for result in results if not result.is_required], allow_unverified=False) == 0
