"""Invented records of a pair that was never a model, and the statement drafted from them. No torch."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dls.authoring.draft import draft_statement
from dls.canonical import sha256_hex
from dls.document.writer import yaml_text
from dls.draw import Draw
from dls.evidence.folder import find_manifests
from dls.evidence.records import write_manifest, write_records
from dls.identity.listing_digests import digests_of_files
from dls.judging.seed import PairKeys, derived_seed
from dls.measuring.measure import checks, measured_metrics
from dls.model import Circumstances, Manifest, ManifestItems, ModelFile, ModelIdentity, PinnedProfile, ProbeName
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile, load_profile
from dls.verifying.comparison import ClaimResult
from dls.verifying.recompute import open_context, recompute_claims

UNITS = 120
PROBE_IDS = ("headline.multiple_choice", "uncertainty.multiple_choice", "diversity.open_answer")
ARMS = ("teacher", "student")
FILES = ("config.json", "model.safetensors", "tokenizer.json")
SURENESS = {"teacher": 0.94, "student": 0.9}  # of the chosen option
RIGHT = {"teacher": 96, "student": 90}  # items in a hundred
EVENNESS = {"teacher": 1.0, "student": 6.0}  # how steeply the valid answers differ, in nats

PROFILE = {
    "dls_scenario": "1.0", "id": "small", "version": "1.0", "title": "A small scenario", "rationale": "For tests.",
    "population": "Invented records.", "extends": None, "required": ["uncertainty", "diversity"],
    "not_required": [
        {"dimension": name, "reason": "Not looked at here."}
        for name in ("boundary", "process", "on_policy", "grounding", "privacy", "safety")
    ],
    "targets": [
        {"metric": "accuracy", "dimension": "headline", "probe": "headline.multiple_choice", "kind": "non_inferiority",
         "margin": 0.25, "n": UNITS, "smallest_detectable_loss": 0.0759, "assumes": {"discordance": 0.1},
         "rationale": "Wide."},
        {"metric": "brier_top_label", "dimension": "uncertainty", "probe": "uncertainty.multiple_choice",
         "kind": "non_inferiority", "margin": 0.25, "n": UNITS, "smallest_detectable_loss": 0.0571,
         "assumes": {"sd": 0.2}, "rationale": "Wide."},
        {"metric": "accuracy", "dimension": "headline", "probe": "headline.multiple_choice", "kind": "retention",
         "at_least": 0.5, "chance": 0.25, "n": UNITS, "smallest_detectable_loss": 0.0794,
         "assumes": {"sd": 0.35, "rate": 0.95}, "rationale": "Half."},
        {"metric": "valid_answer_entropy", "dimension": "diversity", "probe": "diversity.open_answer",
         "kind": "non_inferiority", "margin": 0.05, "n": UNITS, "smallest_detectable_loss": 0.0374,
         "assumes": {"sd": 0.1}, "rationale": "Tight."},
    ],
}  # fmt: skip
ABSENCE = {"status": "not_measured", "justification": "too_costly", "note": "Left out so that the test stays quick."}
ACCEPTANCE = {
    "reason": "A test needs something lost.", "borne_by": "Nobody.", "mitigation": "None is needed.",
    "monitoring": "The test itself.", "accepted_by": "The test's author.", "review_by": "2027-11-01",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "issuer": {"name": "A test", "role": "publisher", "contact": "test@example.org"},
    "teacher": {"name": "example/teacher", "source": "https://example.org/teacher"},
    "student": {"name": "example/student", "source": "https://example.org/student"},
    "distillation": {
        "signals": ["output_text"], "objective": "None; the records are invented.", "data": [],
        "trained_on_probe_items": "no_overlap_known",
    },
    "scenario": {"fixed_on": "2026-11-01", "intended_use": "A test.", "out_of_scope": "All else.", "stakes": "None."},
    "absences": [{"dimension": entry["dimension"], **ABSENCE} for entry in PROFILE["not_required"]],  # type: ignore[index]
    "acceptances": [{"claim": "diversity-valid-answer-entropy", **ACCEPTANCE}],
    "limits": "Nothing real was measured.",
}  # fmt: skip


def invented_identity(arm: str) -> ModelIdentity:
    """Return the identity of an invented model; both arms have the same tokenizer."""
    owners = {"tokenizer.json": "both"}
    digests = {name: sha256_hex(f"{name} of {owners.get(name, arm)}".encode()) for name in FILES}
    files = tuple(ModelFile(name=name, bytes=9, sha256=digest) for name, digest in digests.items())
    listing = digests_of_files(files)
    return ModelIdentity(
        files=files,
        weights_sha256=listing.weights,
        reading_sha256=listing.reading,
        tokenizer_sha256=listing.tokenizer,
        tensors_sha256=sha256_hex(f"tensors of {arm}".encode()),
        format="safetensors",
        dtype="float32",
    )


IDENTITIES: Any = {arm: invented_identity(arm) for arm in ARMS}
KEYS = PairKeys(*(identity.tensors_sha256 for identity in IDENTITIES.values()))
SETTINGS = {"prompt_format": "chat", "fold_system": False, "dtype": "float32"}
CIRCUMSTANCES = Circumstances(backend="transformers", device="cpu", vocabulary_sha256="c" * 64)


def choice_record(arm: str, item: Any, rotations: int) -> dict[str, Any]:
    """Invent the record of a model with some sureness and some ability."""
    draw = Draw("invented", arm, item.id)
    chosen = item.answer if draw.below(100) < RIGHT[arm] else (item.answer + 1) % len(item.options)
    sure = SURENESS[arm] - draw.below(1000) / 1e4
    rest = math.log((0.98 - sure) / (len(item.options) - 1))
    values = [round(math.log(sure) if k == chosen else rest, 6) for k in range(len(item.options))]
    return {"id": item.id, "logprobs": [values] * rotations}


def open_record(arm: str, item: Any) -> dict[str, Any]:
    """Invent sixteen answers and the spread that they come from."""
    draw = Draw("invented", arm, item.id)
    weights = [math.exp(-EVENNESS[arm] * k / len(item.valid)) for k in range(len(item.valid))]
    logprobs = [round(math.log(0.97 * weight / sum(weights)), 6) for weight in weights]
    bag = [value for value, weight in zip(item.valid, weights, strict=True) for _ in range(1 + int(99 * weight))]
    return {"id": item.id, "logprobs": logprobs, "answers": [draw.choice(bag) for _ in range(16)], "ended": [True] * 16}


def invented_records(probe: Probe, arm: str, items: Any) -> list[dict[str, Any]]:
    """Return one arm's records as JSON values."""
    if probe.dimension == "diversity":
        return [open_record(arm, item) for item in items]
    return [choice_record(arm, item, 1 if probe.dimension == "headline" else 4) for item in items]


def write_evidence(
    folder: Path, probe: Probe, profile: Profile, seed: int | None = None, records: dict[str, Any] | None = None
) -> Path:
    """Write one probe's evidence as `dls probe run` would; by default its items have the derived seed."""
    place = folder / probe.id
    place.mkdir(parents=True, exist_ok=True)
    default = derived_seed(profile.sha256, KEYS, probe.name, UNITS)
    reason = None if seed in (None, default) else "a test"
    seed = default if seed is None else seed
    items = probe.items(seed, UNITS)
    values: Any = records or {arm: invented_records(probe, arm, items) for arm in ARMS}
    files = tuple(write_records(place, arm, values[arm]) for arm in ARMS)
    from dls.evidence.records import parse_records

    parsed_records: Any = {
        arm: parse_records((place / f"{arm}.jsonl").read_bytes().splitlines(), probe, items, arm) for arm in ARMS
    }
    manifest = Manifest(
        dls_evidence="1.0",
        probe=ProbeName(id=probe.id, version=probe.version),
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        items=ManifestItems(n=UNITS, seed=seed, seed_reason=reason, sha256=items_sha256(items)),
        arms=IDENTITIES,
        circumstances=dict.fromkeys(ARMS, CIRCUMSTANCES),  # type: ignore[arg-type]
        settings=dict.fromkeys(ARMS, SETTINGS),  # type: ignore[arg-type]
        records=files,
        errors={arm: sum("error" in record for record in values[arm]) for arm in ARMS},  # type: ignore[misc]
        checks=checks(probe, items, parsed_records),
        metrics=measured_metrics(probe, items, parsed_records, profile.targets),
    )
    write_manifest(place, manifest)
    (place / "run.json").write_text('{"started": "2026-11-10T12:00:00Z"}')
    return place


def write_statement(folder: Path, words: dict[str, Any] = WORDS) -> dict[str, Any]:
    """Draft `dls.yaml` from the evidence in a folder and return it as JSON values."""
    statement = draft_statement(
        find_manifests(folder / "evidence"), load_profile(folder / "small.yaml"), folder, words, "2026-11-20"
    )
    (folder / "dls.yaml").write_text(yaml_text(statement))
    return statement


class Publication(NamedTuple):
    """A statement's folder, its parsed content, and a reader's operations on them."""

    folder: Path
    statement: dict[str, Any]

    def claim(self, name: str) -> dict[str, Any]:
        """Return the claim with an id, to be read or forged."""
        return next(claim for claim in self.statement["claims"] if claim["id"] == name)

    def write(self, *claims: str) -> Path:
        """Write the statement again, as JSON; with only some of its claims where they are named."""
        entries = [claim for claim in self.statement["claims"] if not claims or claim["id"] in claims]
        path = self.folder / "dls.json"
        path.write_text(json.dumps(self.statement | {"claims": entries}, indent=1))
        return path

    def recompute(self, *claims: str) -> list[ClaimResult]:
        """Write and recompute."""
        return list(recompute_claims(open_context(self.write(*claims))))


@pytest.fixture(scope="session")
def _original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statement")
    (folder / "small.yaml").write_text(yaml_text(PROFILE))
    for name in PROBE_IDS:
        write_evidence(folder / "evidence", find_probe(name), load_profile(folder / "small.yaml"))
    write_statement(folder)
    return folder


@pytest.fixture
def publication(_original: Path, tmp_path: Path) -> Publication:
    """Return an honest statement with its evidence, in a folder that the test may spoil."""
    from dls.document.reader import read

    folder = tmp_path / "publication"
    shutil.copytree(_original, folder)
    return Publication(folder, read(folder / "dls.yaml").value)


@pytest.fixture(scope="session")
def make_evidence() -> Callable[..., Path]:
    """Return the writer of one probe's evidence."""
    return write_evidence


@pytest.fixture(scope="session")
def make_statement() -> Callable[..., dict[str, Any]]:
    """Return the writer of a statement from the evidence in a folder."""
    return write_statement


@pytest.fixture(scope="session")
def words() -> dict[str, Any]:
    """Return everything that a person has to say."""
    return WORDS
