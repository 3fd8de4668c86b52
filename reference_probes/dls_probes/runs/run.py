"""Elicit one model: what the commands call.

with open_model(ModelSpec(Path("teacher"))) as model, Ledger(scratch / "teacher.ledger", resume=resume) as ledger:
result = elicit_model(ProbeRun("uncertainty.multiple_choice", "1.0", elicit, items, seed), model, ledger, progress=bar)
result.records    # in item order, {"id": …, …} or {"id": …, "error": …}
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dls.model.manifest import THINKING
from dls.probe import Shot
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.pack_budget import budget_for
from dls_probes.engine.rounds import Rounds
from dls_probes.engine.scheduler import elicit_all
from dls_probes.engine.version import ENGINE
from dls_probes.few_shot.prompt import frame_sha256, framed
from dls_probes.packs import Budget
from dls_probes.requests import Elicit
from dls_probes.runs.notes import Texts, how_it_ran, near
from dls_probes.runs.open_models import OpenModel
from dls_probes.runs.progress import Bar
from dls_probes.tokens.thinking import thinking_mode


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """What is asked: a probe's elicitation of its items. The seed keys the sampling noise, the same for both models.

    `examples` are solved items that stand before every question.
    """

    id: str
    version: str
    elicit: Elicit
    items: Sequence[Any]
    seed: int
    examples: tuple[Shot, ...] = ()


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


def elicit_model(
    probe: ProbeRun, model: OpenModel, ledger: Ledger, *, budget: Budget | None = None, progress: Bar | None = None
) -> Result:
    """Elicit every item of a probe on one model.

    Raises:
        DlsError: over 1 % of the items failed, the disk is full, or a pack cannot be run; finished packs are kept.

    """
    limits = budget or budget_for(model.description)
    context = _context(probe, model, limits)
    unused = ledger.begin(ENGINE, context)
    texts, counted = Texts(near(model.spec)), _Counted(progress)
    rounds = Rounds(model.text, model.executor, ledger, context, probe.seed, limits, counted.pack, on_text=texts.hear)
    records = elicit_all(framed(probe.elicit, probe.examples), probe.items, rounds.answer, counted.items)
    ran = how_it_ran(model.spec, rounds.layouts.verdicts, rounds.events)
    return Result(
        records=records,
        errors=sum("error" in record for record in records),
        settings=_settings(probe, model, limits),
        tree=_tree(rounds),
        layouts={what: tuple(found) for what, found in rounds.layouts.verdicts.items()},  # type: ignore[misc]
        tokens=counted.tokens,
        events=tuple(rounds.events),
        notes=(*model.text.notes, *ran, *texts.notes(), *([unused] if unused else [])),
    )


class _Counted:
    """Counts the tokens of packs, and tells a bar of them and of the items that are done."""

    def __init__(self, bar: Bar | None) -> None:
        self.tokens = 0
        self._bar = bar

    def pack(self, tokens: int) -> None:
        self.tokens += tokens
        if self._bar is not None:
            self._bar.advance(tokens=tokens)

    def items(self, items: int) -> None:
        if self._bar is not None:
            self._bar.advance(items=items)


def _context(probe: ProbeRun, model: OpenModel, limits: Budget) -> str:
    """Return what the answers of a pack depend on beside the pack itself: they are used again only where it is the same."""
    digests = (model.weights_sha256, model.tokenizer_sha256)
    how = (model.spec.settings(), model.description, asdict(limits))
    return json.dumps([ENGINE, probe.id, probe.version, *digests, *how])


def _settings(probe: ProbeRun, model: OpenModel, limits: Budget) -> dict[str, Any]:
    """Return what decides the numbers, as the manifest says it."""
    return {
        **model.spec.settings(),
        **model.description,
        "engine": ENGINE,
        "pack_tokens": limits.tokens,
        "row_tokens": limits.row,
        "pack_rows": limits.rows,
        "bos": model.text.bos,
        THINKING: thinking_mode(model.text),
        **({"frame_sha256": frame_sha256(probe.examples)} if probe.examples else {}),
    }


def _tree(rounds: Rounds) -> bool | str:
    verdict = rounds.layouts.verdicts.get("text")
    if verdict is None or verdict.layout.startswith("tree"):
        return True
    return verdict.reason or "the model takes no position ids or tree masks"
