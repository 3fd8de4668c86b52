"""What is unusual about a run is said at its end and kept beside the evidence, also over a kill."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tests.reference_probes.records import record_of
from transformers import GPTNeoConfig

from dls.commands.cli import main
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.self_test import LayoutVerdict
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Generate, Generated, Prompt, Score
from dls_probes.runs.notes import TextCounts, near_tie_gap, note_lines, run_notes
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

SMALL_PACKS = Budget(tokens=64, rows=2)
ITEMS = [SimpleNamespace(id=f"item {k}", prompt=Prompt.user(f"what is {k} + 4 ?")) for k in range(8)]


def scored(item):
    answers = yield [Score(item.prompt, answer) for answer in ("7", "a red box")]
    yield record_of(item, logprobs=[answer.logprob for answer in answers])


def said(item):
    answer = yield Generate(item.prompt, 4)
    yield record_of(item, text=answer.text)


def ask(model, path, elicit=scored, *, resume=False):
    with Ledger(path, resume=resume) as ledger:
        return elicit_model(ProbeRun("test", "1.0", elicit, ITEMS, 0), model, ledger, budget=SMALL_PACKS)


def test_an_ordinary_run_has_nothing_to_be_noted(llama, tmp_path):
    with open_model(ModelSpec(llama)) as model:
        assert ask(model, tmp_path / "scored").notes == ()


def test_packs_that_share_no_prefixes_are_noted_with_the_reason(tiny, tmp_path):
    folder = tiny(
        GPTNeoConfig, hidden_size=32, num_layers=2, num_heads=2, attention_types=[[["global", "local"], 1]],
        window_size=8, max_position_embeddings=64,
    )  # fmt: skip
    with open_model(ModelSpec(folder)) as model:
        (note,) = ask(model, tmp_path / "ledger").notes
    assert note.startswith("texts share no prefixes (padded): tree/plain: ")


def without_room_for_two_rows(model):
    """Make the model fail as CUDA does on every pack of more than one row."""
    whole = model._score  # noqa: SLF001

    def score(pack):
        if pack.layout.startswith("tree") and len(pack.rows) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return whole(pack)

    model._score = score  # noqa: SLF001


def test_packs_halved_before_a_kill_are_listed_after_it(llama, tmp_path):
    with open_model(ModelSpec(llama)) as model:
        without_room_for_two_rows(model.executor.model)
        before = ask(model, tmp_path / "ledger").events
    with open_model(ModelSpec(llama)) as model:
        after = ask(model, tmp_path / "ledger", resume=True)
    assert len(after.events) > 1
    assert after.events == before[-len(after.events) :], "of those before, only the self-test's are not repeated"
    assert after.notes == (f"{len(after.events)} packs were halved for memory; `events` in run.json lists them",)


def test_what_happened_to_one_probe_is_not_told_of_the_next(llama, tmp_path):
    with open_model(ModelSpec(llama)) as model:
        without_room_for_two_rows(model.executor.model)
        assert ask(model, tmp_path / "first").events
        assert ask(model, tmp_path / "second", said).events == ()


def test_generated_texts_are_counted_by_what_makes_their_numbers_uncertain():
    texts = TextCounts(near_tie_gap(ModelSpec(Path())))
    for gap, canonical in ((1.0, True), (1e-4, True), (0.5, False), (3e-4, True)):
        texts.add(Generated("x", (1,), ended=True, gap=gap, canonical=canonical))
    assert list(texts.notes()) == [
        "1 of 4 generated texts hold a near tie (under 0.0002 nats): another machine may write another text",
        "1 of 4 generated texts (25.0%) are not in the tokens that the tokenizer gives their text",
    ]


@pytest.mark.parametrize(
    ("spec", "verdicts", "note"),
    [
        (ModelSpec(Path(), fold_system=True), {}, "the system turn stands at the head of the first user turn"),
        (
            ModelSpec(Path()),
            {"text": LayoutVerdict("equal", "")},
            "(equal): the model takes no position ids or tree masks",
        ),
        (
            ModelSpec(Path()),
            {"generate": LayoutVerdict("keep", "drop: TypeError")},
            "their pack (keep): drop: TypeError",
        ),
    ],
)
def test_what_was_done_otherwise_is_said(spec, verdicts, note):
    (found,) = run_notes(spec, verdicts, ())
    assert note in found


@pytest.mark.parametrize("spec", [ModelSpec(Path()), ModelSpec(Path(), prompt_format="plain", fold_system=True)])
def test_what_was_done_as_ever_is_not_said(spec):
    assert (
        list(
            run_notes(
                spec,
                {"text": LayoutVerdict("tree/plain", "tree/layers: KeyError"), "generate": LayoutVerdict("drop", "")},
                (),
            )
        )
        == []
    )


def test_a_note_on_every_probe_is_told_once_and_another_one_with_its_probes(tmp_path):
    runs = {"a": {"teacher": ["old", "once"]}, "b": {"teacher": ["old"], "student": ["new"]}}
    for probe, arms in runs.items():
        (tmp_path / probe).mkdir()
        named = {"arms": {arm: {"notes": notes} for arm, notes in arms.items()}}
        (tmp_path / probe / "run.json").write_text(json.dumps(named))
    lines = list(note_lines(tmp_path / probe / "manifest.json" for probe in runs))
    assert lines == ["note · teacher: old", "note · teacher · a: once", "note · student · b: new"]


def test_a_run_ends_with_its_notes(llama, tmp_path, capsys):
    """A model of random weights writes tokens that its tokenizer would not; another one has defaults of its own."""
    student = shutil.copytree(llama, tmp_path / "student")
    (student / "generation_config.json").write_text('{"repetition_penalty": 1.3}')
    run = ["probe", "run", "--teacher", str(llama), "--student", str(student), "--scenario", "general_chat"]
    only = ["--dimension", "on_policy", "--n", "4", "--frame", "none"]
    assert main([*run, *only, "--out", str(tmp_path / "out")]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note · ")]
    defaults = "the model's own generation defaults are not applied: repetition_penalty 1.3"
    assert f"note · student: {defaults}" in lines
    assert any(line.startswith("note · teacher") and "are not in the tokens" in line for line in lines)
    kept = json.loads((tmp_path / "out" / "on_policy.story" / "run.json").read_text())["arms"]
    assert defaults in kept["student"]["notes"]
    assert all(any(line.endswith(note) for line in lines) for arm in kept.values() for note in arm["notes"])
