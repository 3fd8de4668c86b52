"""An audit asks a sample of the published items again, which the nonce of the draw decides."""

import json

import pytest
from tests.reference_probes.own_profile import PROBE, UNITS
from tests.reference_probes.published import BRIER, MODELS, shift_logits
from tests.reference_probes.stated import filled, rewrite_manifest

from dls.commands.cli import main
from dls.document.writer import yaml_text
from dls.evidence.audit_sample import AuditSample
from dls.model import VerifiersDraw
from dls.probes.collection import GENERATED_PROBES
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce

SAMPLE = 40
NONCE = "5e" * 32


def audit(own, nonce=NONCE):
    draw = VerifiersDraw(nonce=nonce, factor=0)
    return reproduce(Reproduction(own.context(), MODELS, draw, SAMPLE), own.folder / "audit")


def brier(second_run):
    return next(result for result in second_run.results if result.claim.id == BRIER)


def test_an_honest_claim_is_confirmed_by_a_sample_of_its_items(own):
    second_run = audit(own)
    assert {result.verdict.value for result in second_run.results} == {"confirmed"}
    result = brier(second_run)
    assert (result.audit.n, result.audit.of) == (SAMPLE, UNITS)
    (manifest,) = second_run.manifests.values()
    assert manifest.items.n == manifest.records[0].count == SAMPLE
    assert NONCE in manifest.items.seed_reason


def test_a_sample_on_other_hardware_is_confirmed_within_the_tolerance(own, monkeypatch):
    shift_logits(monkeypatch, 1e-5)
    assert {result.verdict.value for result in audit(own).results} == {"confirmed"}


def test_edited_records_are_refuted_where_the_sample_holds_one(own):
    """Each record of the student says another thing, and everything is hashed again."""
    edit_records(own, range(UNITS))
    result = brier(audit(own))
    assert result.verdict.value == "refuted"
    assert "differs by" in result.reason


def test_another_nonce_asks_other_items(own):
    edited = AuditSample(NONCE, UNITS).units(PROBE, SAMPLE)[:20]
    edit_records(own, edited)
    assert brier(audit(own)).verdict.value == "refuted"
    assert set(edited) - set(AuditSample("a1" * 32, UNITS).units(PROBE, SAMPLE))


def edit_records(own, places):
    """Let the student be surer of each option than it is, and publish the records again."""
    folder = own.folder / "evidence" / PROBE
    lines = (folder / "student.jsonl").read_text().splitlines()
    for place in places:
        record = json.loads(lines[place])
        record["logprobs"] = [[round(value / 2 - 0.3, 6) for value in values] for values in record["logprobs"]]
        lines[place] = json.dumps(record, separators=(",", ":"))
    (folder / "student.jsonl").write_text("\n".join(lines) + "\n")
    rewrite_manifest(folder)
    draft = ["draft", str(own.folder / "evidence"), "--scenario", str(own.folder / "profile.yaml")]
    assert main([*draft, "-o", str(own.statement), "--force"]) == 0
    own.statement.write_text(yaml_text(filled(own.told())))


def test_a_number_that_its_own_records_deny_is_refuted_before_a_model_is_asked(own):
    def forge(document):
        claim = next(claim for claim in document["claims"] if claim["id"] == BRIER)
        claim["student"]["value"] = 0.001

    own.tell(forge)
    result = brier(audit(own))
    assert (result.verdict.value, result.measurement) == ("refuted", None)
    assert "student 0.001 is" in result.reason


@pytest.mark.parametrize("probe", GENERATED_PROBES, ids=lambda probe: probe.id)
def test_a_sample_of_units_is_a_part_of_the_whole_in_its_order(probe):
    sample = AuditSample(NONCE, 12)
    part, whole = sample.probe(probe, 5).items(3, 5), probe.items(3, 12)
    places = [whole.index(item) for item in part]
    assert places == sorted(set(places))
    assert len(part) * 12 == len(whole) * 5


def test_the_sample_is_drawn_evenly():
    counts = [0] * 10
    for nonce in range(400):
        for unit in AuditSample(f"{nonce:064x}", 10).units(PROBE, 3):
            counts[unit] += 1
    assert min(counts) > 80  # of 120 expected, with a standard deviation of 9
    assert sum(counts) == 1200
