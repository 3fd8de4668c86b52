"""An honest statement is confirmed: with other packs, threads or phrasings, a resumed run, or half precision."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reference_probes.published import (
    ACCURACY,
    HEADLINE,
    MODELS,
    Published,
    run_words,
    shift_logits,
    small_packs,
    verdicts,
)

from dls.commands.cli import main
from dls.model import Arm
from dls.verifying.comparison import Verdict
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce


@pytest.mark.slow
def test_another_pack_size_is_confirmed(published, monkeypatch):
    small_packs(monkeypatch)
    results = published.again()
    assert verdicts(results) == {"confirmed"}
    assert any(result.reason.startswith("within the tolerance") for result in results.values())


@pytest.mark.slow
def test_logits_of_other_hardware_are_confirmed(published, monkeypatch):
    shift_logits(monkeypatch, 1e-5)
    results = published.again()
    assert verdicts(results) == {"confirmed"}
    assert all(result.reason.startswith("within the tolerance") for result in results.values())


@pytest.mark.slow
def test_two_threads_and_two_workers_are_confirmed(headline):
    two: dict[Arm, ModelSpec] = {arm: replace(spec, threads=2) for arm, spec in MODELS.items()}
    assert verdicts(headline.again(two)) == {"confirmed"}
    code, report = headline.command("--workers", "2")
    assert code == 0
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}


def test_a_resumed_run_is_confirmed(headline):
    context = headline.context()
    first = reproduce(Reproduction(context, MODELS), headline.folder / "again").results
    (headline.folder / "again" / HEADLINE / "manifest.json").unlink()
    second = reproduce(Reproduction(context, MODELS), headline.folder / "again", resume=True).results
    assert [result.verdict for result in first] == [result.verdict for result in second]
    assert {result.verdict for result in second} == {Verdict.CONFIRMED}


@pytest.mark.slow
def test_a_run_in_bf16_is_confirmed_by_another_one_in_bf16(tmp_path, monkeypatch):
    publication = Published(tmp_path)
    assert main(run_words(tmp_path / "evidence", "--dtype", "bfloat16", "--dimension", "headline")) == 0
    publication.draft()
    small_packs(monkeypatch)
    half: dict[Arm, ModelSpec] = {arm: replace(spec, dtype="bfloat16") for arm, spec in MODELS.items()}
    results = publication.again(half)
    assert verdicts(results) == {"confirmed"}
    assert results[ACCURACY].tolerance == "sampled"


PRIVATE = Path("examples/private_phrasings.txt").resolve()


def test_private_phrasings_confirm_the_loss_and_nothing_else(published):
    code, report = published.command("--private-phrasings", str(PRIVATE), "--allow-unverified")
    assert code == 0
    assert len(report["phrasings_sha256"]) == 64
    assert report["draw"]["factor"] == 0  # other words for the published items
    assert {claim["replication"]["verdict"] for claim in report["claims"]} == {"not_drawn"}
    losses = {claim["id"] for claim in published.told()["claims"] if "loss" in claim}
    for claim in report["claims"]:
        assert (claim["verdict"] == "not_verifiable") is (claim["id"] not in losses)
    manifest = json.loads((published.folder / "report-evidence" / HEADLINE / "manifest.json").read_text())
    assert manifest["items"]["phrasings_sha256"] == report["phrasings_sha256"]
