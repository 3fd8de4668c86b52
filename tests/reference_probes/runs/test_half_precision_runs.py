"""A run in bfloat16 has its own profile; another run repeats each of its numbers under any packs and workers."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.reference_probes.published import MODELS, Published, run_words, small_packs, verdicts
from tests.reference_probes.records import record_of
from tests.reference_probes.stated import digests

from dls.commands.cli import main
from dls.evidence.records import make_items
from dls.model import Arm
from dls.probes.catalogue import find_probe
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.probes import ELICITATIONS
from dls_probes.requests import Generate, Prompt
from dls_probes.runs.notes import near_tie_gap
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

pytestmark = pytest.mark.slow

HALF: dict[Arm, ModelSpec] = {arm: replace(spec, dtype="bfloat16") for arm, spec in MODELS.items()}
STUDENT = HALF["student"]
STORY = "on_policy.story"
ITEMS = [*make_items(find_probe("process.chain"), 5, 8), *make_items(find_probe("diversity.open_answer"), 5, 8)]


def run_half(out: Path, *dimensions: str) -> int:
    words = [word for dimension in dimensions for word in ("--dimension", dimension)]
    run = [word.replace("demo", "general_chat") for word in run_words(out, "--dtype", "bfloat16", *words)]
    return main([*run, "--n", "6"])


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Publish what probes that let the models write find in bfloat16."""
    told = Published(tmp_path_factory.mktemp("half"))
    assert run_half(told.folder / "evidence", "process", "on_policy", "privacy", "diversity") == 0
    told.draft()
    return told


def manifests(folder: Path) -> list[Any]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*/manifest.json"))]


def test_evidence_in_bf16_says_so(half):
    found = {one["probe"]["id"]: one["settings"] for one in manifests(half.folder / "evidence")}
    assert {"process.chain", STORY, "privacy.in_context_secret", "diversity.open_answer"} <= set(found)
    assert {settings[arm]["dtype"] for settings in found.values() for arm in MODELS} == {"bfloat16"}


def test_a_run_in_bf16_repeats_bit_for_bit(half, tmp_path):
    """The texts that it writes, the samples that it draws, and the divergences of the pair."""
    assert run_half(tmp_path / "evidence", "on_policy", "diversity") == 0
    repeated = digests(tmp_path / "evidence")
    assert {name.partition("/")[0] for name in repeated} >= {STORY, "diversity.open_answer"}
    assert repeated.items() <= digests(half.folder / "evidence").items()


@pytest.mark.slow
def test_every_claim_in_bf16_is_confirmed_from_other_packs(half, monkeypatch):
    small_packs(monkeypatch)
    found = half.again(HALF)
    assert verdicts(found) == {"confirmed"}
    assert "on-policy-on-policy-kl" in found
    assert {one.tolerance for one in found.values()} <= {"sampled", "exact"}


def stories(ledger: Path, *, workers: int = 0) -> list[dict[str, Any]]:
    run = ProbeRun(STORY, "1.0", ELICITATIONS[STORY], make_items(find_probe(STORY), 5, 12), 5)
    with open_model(STUDENT, workers=workers) as model, Ledger(ledger) as kept:
        return elicit_model(run, model, kept, budget=Budget(tokens=96, rows=4)).records


@pytest.mark.slow
def test_another_process_tells_the_same_stories(tmp_path):
    assert stories(tmp_path / "other", workers=1) == stories(tmp_path / "this")


def write(item: Any) -> Any:
    """Let the model write a greedy and two sampled answers; keep how near the nearest tie was."""
    prompt = Prompt.user(item.question)
    said = yield [Generate(prompt, 24, sample=sample) for sample in (None, 0, 1)]
    yield record_of(item, said=[(one.tokens, one.gap) for one in said])


def texts(ledger: Path, budget: Budget) -> list[tuple[tuple[int, ...], float]]:
    items = [SimpleNamespace(id=str(k), question=item.question) for k, item in enumerate(ITEMS)]
    with open_model(STUDENT) as model, Ledger(ledger) as kept:
        records = elicit_model(ProbeRun("test", "1.0", write, items, 5), model, kept, budget=budget).records
    return [text for record in records for text in record.said]


def test_a_text_in_bf16_depends_on_its_pack_at_a_near_tie_alone(tmp_path):
    expected = texts(tmp_path / "some", Budget(tokens=256, rows=4))
    assert sum(gap >= near_tie_gap(STUDENT) for _, gap in expected) > len(expected) / 2
    for budget in (Budget(tokens=32, rows=1), Budget(tokens=4096, rows=64)):
        for (one, gap), (other, _) in zip(texts(tmp_path / str(budget.rows), budget), expected, strict=True):
            assert one == other or gap < near_tie_gap(STUDENT)
