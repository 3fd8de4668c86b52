"""The verifier's draw: fresh items decide whether a target that is claimed preserved is replicated."""

import json

import msgspec
import pytest
from tests.reference_probes.own_profile import PROBE, UNITS
from tests.reference_probes.published import BRIER

from dls.canonical import file_sha256
from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.judging.replication import FreshItems, pair_and_profile
from dls.judging.seed import derived_seed
from dls.model import Loss, Manifest, PrintedInterval
from dls.signing.keys import open_signer, read_trusted_keys
from dls.signing.verifiers_draw import signed_draw
from dls_probes.reproduction.fresh_claim import judge_fresh
from dls_probes.reproduction.fresh_draw import replications


@pytest.fixture
def key(tmp_path):
    assert main(["sign", "--new-key", str(tmp_path / "lab.pem"), "--party", "Another Lab"]) == 0
    return tmp_path / "lab.pem"


def brier(report):
    return next(claim for claim in report["claims"] if claim["id"] == BRIER)


def test_a_signed_draw_leads_from_the_models_to_an_independent_reproduction(own, key):
    code, report = own.command("--key", str(key), "--draw-factor", "2")
    claim, context = brier(report), own.context()
    assert (code, claim["verdict"], claim["replication"]["verdict"]) == (0, "confirmed", "replicated")
    keys, profile = pair_and_profile(context)
    nonce = signed_draw(open_signer(key), keys, profile, 2).nonce
    assert report["draw"]["nonce"] == nonce
    seed = derived_seed(profile, keys, f"{PROBE}@1.0", 2 * UNITS, nonce)
    assert (claim["replication"]["seed"], claim["replication"]["n"]) == (seed, 2 * UNITS)
    items = json.loads((own.folder / "report-evidence/fresh" / PROBE / "manifest.json").read_text())["items"]
    assert (items["seed"], items["n"]) == (seed, 2 * UNITS)
    assert established(own, key) == "independently_reproduced"


def established(own, key):
    """Sign the report, list it, and return the assurance that a reader of the key establishes."""
    envelope = own.folder / "report.dsse.json"
    envelope.unlink(missing_ok=True)
    assert main(["sign", str(own.folder / "report.yaml"), "--key", str(key)]) == 0
    report = own.folder / "report.yaml"
    entry = {
        "by": "Another Lab", "performed_on": read(report).value["performed_on"], "path": report.name,
        "sha256": file_sha256(report), "envelope": envelope.name,
    }  # fmt: skip
    own.tell(lambda document: document.update(reproductions=[entry]))
    return check(own.statement, trust=read_trusted_keys(key.with_name("lab.pem.pub"))).assurance


@pytest.mark.slow
def test_without_a_key_the_draw_is_random_and_the_note_says_that_it_establishes_nothing(own, key):
    _, report = own.command("--by", "Another Lab", "--draw-factor", "1")
    assert "signature" not in report["draw"]
    assert "establishes nothing" in report["note"]
    assert brier(report)["replication"]["verdict"] == "replicated"
    assert established(own, key) != "independently_reproduced"


@pytest.mark.slow
def test_earlier_reports_of_the_key_are_counted(own, key):
    own.command("--key", str(key), "--draw-factor", "1")
    (own.folder / "earlier").mkdir()
    (own.folder / "report.yaml").rename(own.folder / "earlier" / "first.yaml")
    words = ("--key", str(key), "--draw-factor", "1", "--resume", "--reports", str(own.folder / "earlier"))
    assert own.command(*words)[1]["earlier_reports"] == 1


HALF = 0.0526  # of the interval below, from a loss of 0.2


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [
        (0.10, "replicated"),
        (0.2 - HALF, "replicated"),
        (0.2, "borderline"),  # inconclusive: a student at the margin, whose published seed was shopped for
        (0.2 + 1.05 * HALF, "borderline"),  # lost, with a p of 0.04
        (0.2 + 2 * HALF, "refuted"),  # p 0.0005
    ],
)
def test_the_fresh_draw_alone_decides_a_target_that_is_claimed_preserved(own, loss, verdict):
    """The published loss lies far within the margin: it is not pooled with the fresh one."""
    context = own.context()
    index = next(i for i, claim in enumerate(context.statement.claims) if claim.id == BRIER)
    claim = context.statement.claims[index]
    assert claim.outcome == "preserved"
    fresh = judge_fresh(context, claim, FreshItems(1, 2 * UNITS), run_with(own, claim, loss))
    assert replications(context, {index: fresh})[index].verdict == verdict


def run_with(own, claim, loss):
    """Return a run of fresh items with some loss."""
    from dls.evidence.records import RecordedRun
    from dls.probes.catalogue import find_probe

    manifest = msgspec.json.decode((own.folder / "evidence" / PROBE / "manifest.json").read_bytes(), type=Manifest)
    interval = PrintedInterval(
        low=loss - HALF, high=loss + HALF, level=0.9, method="bounded_mean", unit="item", n_units=2 * UNITS
    )
    metrics = tuple(
        msgspec.structs.replace(entry, loss=Loss(value=loss, interval=interval))
        if entry.metric == claim.metric
        else entry
        for entry in manifest.metrics
    )
    items = msgspec.structs.replace(manifest.items, n=2 * UNITS, seed=1)
    return RecordedRun(msgspec.structs.replace(manifest, metrics=metrics, items=items), find_probe(PROBE), (), {})


def test_more_required_targets_refute_no_more_often(own):
    """A p of 0.006 refutes alone; beside the same p of another target, Holm's correction makes it 0.012."""
    context = own.context()
    index = next(i for i, claim in enumerate(context.statement.claims) if claim.id == BRIER)
    claim = context.statement.claims[index]
    fresh = judge_fresh(context, claim, FreshItems(1, 2 * UNITS), run_with(own, claim, 0.2 + 1.53 * HALF))
    assert fresh.targets[0].p == pytest.approx(0.006, abs=5e-4)
    assert replications(context, {index: fresh})[index].verdict == "refuted"
    twice = msgspec.structs.replace(claim, targets=(*claim.targets, *claim.targets))
    again = judge_fresh(context, twice, FreshItems(1, 2 * UNITS), run_with(own, claim, 0.2 + 1.53 * HALF))
    assert replications(context, {index: again})[index].verdict == "borderline"
