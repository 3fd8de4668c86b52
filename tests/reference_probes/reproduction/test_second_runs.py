"""A second run of a tiny pair confirms its own statement, and refutes each changed or invented claim by name."""

import json
import shutil

import pytest
from tests.reference_probes.loop import N, only, retell
from tests.reference_probes.stated import digests, filled, rewrite_manifest

from dls.canonical import canonical_json
from dls.checking.validate import check
from dls.commands.cli import main
from dls.verifying.recompute import open_context, recompute_claims

pytestmark = pytest.mark.slow


def test_a_second_run_of_the_untouched_statement_confirms_every_claim(loop, capsys):
    assert loop.reproduce("--by", "A test", "--format", "json") == 0
    output = json.loads(capsys.readouterr().out)
    report = loop.report()
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}
    assert len(output["claims"]) == len(report["claims"]) == len(loop.told()["claims"])
    assert {claim["reason"] for claim in report["claims"]} == {"the second run wrote the same records, byte for byte"}
    assert report["statement"]["core_sha256"] == open_context(loop.statement).core_sha256
    assert check(loop.folder / "report.yaml").findings == ()
    again = digests(loop.folder / "report-evidence")
    assert again == digests(loop.folder / "evidence")


def test_another_student_leaves_every_claim_open_and_names_the_difference(loop):
    assert loop.reproduce(student=loop.other) == 1
    report = loop.report()
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}
    assert len(report["claims"]) == len(loop.told()["claims"])
    reason = f"the student in {loop.other} is not the statement's: the tensors differ: lm_head.weight, model.embed"
    assert all(claim["reason"].startswith(reason) for claim in report["claims"])
    assert check(loop.folder / "report.yaml").findings == ()


def test_records_invented_and_hashed_again_pass_without_the_models_and_fail_with_them(loop):
    """The student's records are the teacher's: every digest and number fits, but no run writes them."""
    name = "headline.multiple_choice"
    place = loop.folder / "evidence" / name
    shutil.copy(place / "teacher.jsonl", place / "student.jsonl")
    rewrite_manifest(place)
    shutil.rmtree(loop.folder / "evidence" / "uncertainty.multiple_choice")
    shutil.rmtree(loop.folder / "evidence" / "diversity.open_answer")
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(loop.statement), "--force"]) == 0
    loop.tell(filled(loop.told()))
    assert {result.verdict for result in recompute_claims(open_context(loop.statement))} == {"confirmed"}
    assert loop.reproduce() == 1
    verdicts = {claim["id"]: claim["verdict"] for claim in loop.report()["claims"]}
    assert verdicts["headline-accuracy"] == "refuted"


@pytest.mark.parametrize(
    ("shift", "verdict", "words"),
    [(1e-5, "confirmed", "within the tolerance of its class, threshold"), (30.0, "refuted", "differs by")],
)
def test_records_of_other_hardware_are_confirmed_and_invented_ones_refuted(loop, shift, verdict, words):
    """The statement's student records are moved by some nats, up and down in turn, and everything is hashed again."""
    place = loop.folder / "evidence" / "headline.multiple_choice"
    path = place / "student.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for i, record in enumerate(records):
        record["logprobs"] = [
            [min(value + shift * (-1) ** (i + k), 0.0) for k, value in enumerate(record["logprobs"][0])]
        ]
    path.write_bytes(b"".join(canonical_json(record) + b"\n" for record in records))
    rewrite_manifest(place)
    for name in ("uncertainty.multiple_choice", "diversity.open_answer"):
        shutil.rmtree(loop.folder / "evidence" / name)
    assert main(["draft", str(loop.folder / "evidence"), "-o", str(loop.statement), "--force"]) == 0
    loop.tell(filled(loop.told()))
    loop.reproduce()
    accuracy = loop.report()["claims"][0]
    assert (accuracy["id"], accuracy["verdict"]) == ("headline-accuracy", verdict)
    assert words in accuracy["reason"]


SECOND_RUNS = {
    "a better student value": (retell(lambda claim: claim["student"].update(value=0.99)), "refuted", "student 0.99 is"),
    "a wished outcome": (
        retell(lambda claim: claim.update(outcome="preserved")), "refuted", "the outcome preserved is"
    ),
    "a target left out": (
        retell(lambda claim: claim.update(targets=[])), "refuted", "it has 0 targets, and its profile 1"
    ),
    "other items": (retell(lambda claim: claim["items"].update(sha256="0" * 64)), "refuted", "makes items with digest"),
    "an older probe": (
        retell(lambda claim: claim["probe"].update(version="0.9")), "not_verifiable", "install an earlier release"
    ),
    "no seed": (retell(lambda claim: claim["items"].pop("seed")), "not_verifiable", ""),
    "a control": (
        retell(lambda claim: claim.update(comparator="control", reference=claim.pop("teacher"))),
        "not_verifiable", "not the control",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SECOND_RUNS)
def test_a_second_run_judges_a_touched_claim_by_name(loop, case):
    change, verdict, words = SECOND_RUNS[case]
    only(loop, "headline.multiple_choice")
    change(loop)
    loop.reproduce()
    first, *rest = loop.report()["claims"]
    assert (first["id"], first["verdict"]) == ("headline-accuracy", verdict)
    assert words in first["reason"]
    assert {claim["verdict"] for claim in rest} == {"confirmed"}


def test_fresh_items_agree_with_an_honest_claim(loop):
    only(loop, "headline.multiple_choice")
    assert loop.reproduce("--draw-factor", "1") in (0, 1)
    report = loop.report()
    assert report["draw"]["factor"] == 1
    assert "signature" not in report["draw"]
    accuracy = report["claims"][0]["replication"]
    assert accuracy["verdict"] in ("agrees", "borderline")
    assert accuracy["n"] == N
    assert accuracy["p"] <= accuracy["adjusted_p"] <= 1
    assert check(loop.folder / "report.yaml").findings == ()


def test_a_killed_run_goes_on_with_its_random_nonce(loop):
    only(loop, "headline.multiple_choice")
    loop.reproduce("--draw-factor", "1")
    first = loop.report()
    (loop.folder / "report-evidence" / "fresh" / "headline.multiple_choice" / "manifest.json").unlink()
    loop.reproduce("--draw-factor", "1", "--resume")
    assert loop.report()["draw"] == first["draw"]
    assert loop.report()["claims"] == first["claims"]


@pytest.mark.parametrize(("options", "words"), [(("--draw-factor", "2"), "factor 1"), (("--audit", "all"), "300")])
def test_a_second_look_at_another_plan_is_refused(loop, options, words, capsys):
    only(loop, "headline.multiple_choice")
    loop.reproduce("--draw-factor", "1")
    capsys.readouterr()
    assert loop.reproduce("--draw-factor", "1", *options, "--resume") == 2
    message = capsys.readouterr().err
    assert "a plan is made once" in message
    assert words in message
