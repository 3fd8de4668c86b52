"""A text too long for a model is an error that names the item; a text too long for a pack is a pack of its own."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.reference_probes.records import record_of

from dls.commands.cli import main
from dls.evidence.records import make_items
from dls.probes.catalogue import find_probe
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.packing import row_size, text_packs
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import Budget, TextJob
from dls_probes.requests import Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

NAME, SEED, N = "headline.multiple_choice", 7, 120
NARROW = Budget(tokens=16)
LENGTHS = (60, 41, 25, 17, 16, 9, 8, 5)


@pytest.fixture
def longest(llama: Path) -> tuple[str, int]:
    """Return the id of the one longest item in the model's tokens, and its length with its longest option."""
    text = load_text(ModelSpec(llama))
    lengths = {}
    for item in make_items(find_probe(NAME), SEED, N):
        pairs = [(Prompt.user(item.prompt()), option) for option in item.options]
        lengths[item.id] = max(len(tokens) for tokens, _ in text.pairs(pairs))
    name = max(lengths, key=lengths.__getitem__)
    assert list(lengths.values()).count(lengths[name]) == 1
    return name, lengths[name]


def run(llama: Path, out: Path, window: int) -> int:
    """Run one probe on two copies of a model with this context window."""
    for arm in ("teacher", "student"):
        shutil.copytree(llama, out / arm)
        config = json.loads((out / arm / "config.json").read_text())
        (out / arm / "config.json").write_text(json.dumps(config | {"max_position_embeddings": window}))
    models = ["--teacher", str(out / "teacher"), "--student", str(out / "student"), "--scenario", "demo"]
    words = ["--dimension", "headline", "--n", str(N), "--seed", str(SEED), "--out", str(out / "evidence")]
    return main(["probe", "run", *models, *words])


def errors(out: Path) -> dict[str, list[Any]]:
    folder = out / "evidence" / NAME
    lines = {arm: (folder / f"{arm}.jsonl").read_text().splitlines() for arm in ("teacher", "student")}
    return {arm: [record for record in map(json.loads, texts) if "error" in record] for arm, texts in lines.items()}


def test_an_item_that_fills_the_window_is_asked(llama, longest, tmp_path):
    assert run(llama, tmp_path, longest[1]) == 0
    assert errors(tmp_path) == {"teacher": [], "student": []}


def test_an_item_longer_than_the_window_is_an_error_that_names_it(llama, longest, tmp_path):
    name, length = longest
    assert run(llama, tmp_path, length - 1) == 0
    message = f"ItemTooLong: {length} tokens, and the model reads at most {length - 1}"
    assert errors(tmp_path) == {arm: [{"id": name, "error": message}] for arm in ("teacher", "student")}
    assert json.loads((tmp_path / "evidence" / NAME / "manifest.json").read_text())["errors"] == {
        "teacher": 1,
        "student": 1,
    }


def test_a_run_of_items_that_are_too_long_stops_with_a_sentence_that_names_one(llama, tmp_path, capsys):
    assert run(llama, tmp_path, 16) == 2
    sentence = capsys.readouterr().err.splitlines()[-1]
    assert f"{N} of {N} items failed" in sentence
    assert f"; too long: {N} items, with " in sentence
    assert " tokens each; leave out the solved items (--frame none), give shorter items (--data)" in sentence
    assert f"the first is item '{make_items(find_probe(NAME), SEED, N)[0].id}': ItemTooLong" in sentence
    assert not list(tmp_path.rglob("manifest.json"))


def jobs() -> list[TextJob]:
    """Return pairs of texts of some lengths; the texts of a pair share all but their last tokens."""
    texts = [tuple((7 * place + length) % 300 for place in range(length)) for length in LENGTHS]
    return [TextJob((*text[:-2], last, 9), 2) for text in texts for last in (4, 8)]


@pytest.mark.parametrize("layout", ["tree/plain", "padded", "equal"])
def test_a_row_longer_than_a_pack_is_a_pack_of_its_own(layout):
    packs = text_packs("score", jobs(), layout, NARROW)
    long = [pack for pack in packs if any(row_size(row) > NARROW.tokens for row in pack.rows)]
    assert all(len(pack.rows) == len(pack.jobs) == 1 for pack in long)
    assert len(long) == sum(2 for length in LENGTHS if length - 1 > NARROW.tokens)


@pytest.mark.parametrize("layout", ["tree/plain", "padded", "equal"])
def test_packs_of_any_length_score_as_one_request_at_a_time(layout, llama, oracle):
    model = load_model(ModelSpec(llama))
    for pack in text_packs("score", jobs(), layout, NARROW):
        reference = [oracle.score(model.model, job.tokens, job.start) for job in pack.jobs]
        assert [answer.logprob for answer in model.score(pack)] == pytest.approx(reference, abs=1e-3, rel=1e-5)


def elicit(item: Any) -> Any:
    score = yield Score(item.prompt, " not stated", end=True)
    yield record_of(item, logprob=score.logprob, tokens=score.tokens)


def test_a_run_in_packs_shorter_than_its_items_finds_every_number(llama, oracle, tmp_path):
    items = [SimpleNamespace(id=str(k), prompt=Prompt.user("what is 3 + " * k + "4 ?")) for k in range(1, 9)]
    with open_model(ModelSpec(llama)) as model, Ledger(tmp_path / "ledger") as ledger:
        probe_run = ProbeRun("test", "1.0", elicit, items, seed=1)
        records = elicit_model(probe_run, model, ledger, budget=NARROW).records
    plain = load_model(ModelSpec(llama))
    for item, record in zip(items, records, strict=True):
        ((tokens, start),) = plain.text.pairs([(item.prompt, " not stated")])
        tokens = (*tokens, plain.text.eos[0])
        assert record.tokens == len(tokens) - start
        assert record.logprob == pytest.approx(oracle.score(plain.model, tokens, start), abs=1e-3)
