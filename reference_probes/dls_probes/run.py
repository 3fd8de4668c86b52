"""Examine one model: what the commands call.

with open_model(ModelSpec(Path("teacher"))) as model, Ledger(scratch / "teacher.ledger", resume=resume) as ledger:
result = examine_model(ProbeRun("uncertainty.multiple_choice", "1.0", examine, items, seed), model, ledger, progress=bar)
result.records    # in item order, {"id": …, …} or {"id": …, "error": …}
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from dls.thinking import SETTING
from dls_probes.engine import ENGINE
from dls_probes.executor import ThisProcess, Workers
from dls_probes.frames import Example, frame_sha256, framed
from dls_probes.ledger import Ledger
from dls_probes.notes import Texts, how_it_ran, near
from dls_probes.packs import Budget, Pack
from dls_probes.progress import Bar
from dls_probes.protocols import Executor
from dls_probes.requests import Examine
from dls_probes.rounds import Rounds
from dls_probes.scheduler import examine_all
from dls_probes.size import refuse_too_large
from dls_probes.text import Text
from dls_probes.thinking import thinking
from dls_probes.transformers_model import ModelSpec, load_model, load_text, tokenizer_sha256, weights_sha256

_LOGITS = 1 << 26  # logits of a pack on an accelerator, 256 MiB in float32
_LOGITS_CPU = 1 << 23  # 32 MiB: more take memory and win no time
_SMALL = 4_000_000  # parameters
_FEWEST = 64  # positions of a pack, however large the vocabulary


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """What is asked: a probe's examination of its items. The seed keys the sampling noise, the same for both models.

    `examples` are solved items that stand before every question.
    """

    id: str
    version: str
    examine: Examine
    items: Sequence[Any]
    seed: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model that can be asked: its spec, its tokenizer, what runs its packs, and the digests of its files."""

    spec: ModelSpec
    text: Text
    executor: Executor
    weights_sha256: str
    tokenizer_sha256: str
    description: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What came out.

    Attributes:
        records: one a item, in item order.
        errors: how many of them are error records.
        settings: what decides the numbers, for the manifest.
        tree: True, or why the model's packs do not share prefixes (text), for the manifest.
        layouts: the layout of text and of generation and why not a better one, for `run.json`.
        tokens: read and written, for `run.json`.
        events: packs halved for memory, workers that died; for `run.json`.
        notes: what is unusual about the model or the run, a sentence each; for a person to read, and for `run.json`.

    """

    records: list[dict[str, Any]]
    errors: int
    settings: dict[str, Any]
    tree: bool | str
    layouts: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: int = 0
    events: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def open_model(spec: ModelSpec, *, workers: int = 0) -> Iterator[OpenModel]:
    """Load a model into this process, or with `workers` into that many processes of its own.

    Raises:
        DlsError: the folder is missing or broken, the device is not there, or the weights do not fit the memory.
    """
    refuse_too_large(spec, workers)
    digests = weights_sha256(spec.folder), tokenizer_sha256(spec.folder)
    if workers:
        pool = Workers(partial(load_model, spec), workers)
        text = load_text(spec)
        try:
            yield OpenModel(spec, text, pool, *digests, describe(pool))
        finally:
            pool.close()
    else:
        model = load_model(spec)
        executor = ThisProcess(model)
        yield OpenModel(spec, model.text, executor, *digests, describe(executor))


def describe(executor: Executor) -> dict[str, Any]:
    """Return what the loaded model says about itself; a model that cannot be loaded fails here, before any work."""
    (_, answers), *_ = executor.map([Pack("describe", "", ())])
    return dict(answers[0])


def budget_for(description: Mapping[str, Any]) -> Budget:
    """Return the budget that is fastest for a model of this size on this kind of device.

    A CPU is fastest while a pack stays in its cache, an accelerator while it is busy. A step of a very small model is
    mostly overhead, so that more rows cost nothing.
    """
    accelerated = description["device_class"] != "cpu"
    room = _LOGITS if accelerated else _LOGITS_CPU
    positions = max(_FEWEST, min(Budget.positions, room // int(description["vocabulary"])))
    if accelerated:
        return Budget(tokens=8192, row=2048, rows=256, positions=positions)
    return Budget(tokens=1024, row=512, rows=64 if description["parameters"] < _SMALL else 32, positions=positions)


def examine_model(
    probe: ProbeRun, model: OpenModel, ledger: Ledger, *, budget: Budget | None = None, progress: Bar | None = None
) -> Result:
    """Examine every item of a probe on one model.

    Raises:
        DlsError: over 1 % of the items failed, the disk is full, or a pack cannot be run; finished packs are kept.

    """
    limits = budget or budget_for(model.description)
    context = json.dumps(
        [
            ENGINE,
            probe.id,
            probe.version,
            model.weights_sha256,
            model.tokenizer_sha256,
            model.spec.settings(),
            model.description,
            asdict(limits),
        ]
    )
    unused = ledger.begin(ENGINE, context)
    texts = Texts(near(model.spec))
    counted = [0]

    def on_pack(tokens: int) -> None:
        counted[0] += tokens
        if progress is not None:
            progress.advance(tokens=tokens)

    def on_done(items: int) -> None:
        if progress is not None:
            progress.advance(items=items)

    rounds = Rounds(model.text, model.executor, ledger, context, probe.seed, limits, on_pack, on_text=texts.hear)
    records = examine_all(framed(probe.examine, probe.examples), probe.items, rounds.answer, on_done)
    settings = {
        **model.spec.settings(),
        **model.description,
        "engine": ENGINE,
        "pack_tokens": limits.tokens,
        "row_tokens": limits.row,
        "pack_rows": limits.rows,
        "bos": model.text.bos,
        SETTING: thinking(model.text),
        **({"frame_sha256": frame_sha256(probe.examples)} if probe.examples else {}),
    }
    verdict = rounds.verdicts.get("text")
    tree = (
        True
        if verdict is None or verdict.layout.startswith("tree")
        else verdict.reason or "the model takes no position ids or tree masks"
    )
    errors = sum("error" in record for record in records)
    layouts = {what: tuple(found) for what, found in rounds.verdicts.items()}
    ran = how_it_ran(model.spec, rounds.verdicts, rounds.events)
    notes = (*model.text.notes, *ran, *texts.notes(), *([unused] if unused else []))
    return Result(records, errors, settings, tree, layouts, counted[0], tuple(rounds.events), notes)  # type: ignore[arg-type]
