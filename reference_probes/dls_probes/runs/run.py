"""Elicit the items of one probe on one model: the function that runs and commands call.

with open_model(ModelSpec(Path("teacher"))) as model, Ledger(scratch / "teacher.ledger", resume=resume) as ledger:
result = elicit_model(ProbeRun("uncertainty.multiple_choice", "1.0", elicit, items, seed), model, ledger, progress=bar)
result.records    # in item order; an `ErrorRecord` for an item that failed
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from dls.evidence.records import ErrorRecord
from dls.identity.parts import decisive_parts
from dls.model.manifest import THINKING
from dls.probe import Shot
from dls.standard.numbers import ANSWER_LIMIT
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.pack_budget import budget_for
from dls_probes.engine.rounds import Rounds
from dls_probes.engine.scheduler import AnswerRound, ItemRequest, Reply, elicit_all
from dls_probes.engine.shard import Shard
from dls_probes.engine.version import ENGINE
from dls_probes.few_shot.prompt import few_shot_sha256, with_shots
from dls_probes.packs import Budget
from dls_probes.requests import Elicit, Record
from dls_probes.runs.answer_limit import with_limit
from dls_probes.runs.circumstances import circumstances_of
from dls_probes.runs.notes import TextCounts, near_tie_gap, run_notes
from dls_probes.runs.open_models import OpenModel
from dls_probes.runs.progress import Bar
from dls_probes.runs.thoughts import with_thoughts
from dls_probes.tokens.thinking import thinking_mode


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """A probe's elicitation of its items.

    Attributes:
        id: of the probe.
        version: of the probe.
        elicit: the elicitation of one item.
        items: the items.
        seed: the key of the sampling noise, which is the same for both models.
        shots: solved items that stand before every question.
        max_new_tokens: the limit of the profile, to which a shorter answer's limit is raised; 0 raises none.
        thought_tokens: the most tokens of a thought before an answer; 0 for an answer at once.

    """

    id: str
    version: str
    elicit: Elicit
    items: Sequence[Any]
    seed: int
    shots: tuple[Shot, ...] = ()
    max_new_tokens: int = 0
    thought_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one run of a probe on a model.

    Attributes:
        records: one an item, in item order.
        settings: the settings that decide the numbers, for the manifest.
        prompts_sha256: the digest of the token ids of each item's first requests, in item order.
        tree: True, or the reason why the model's packs share no prefixes, for the manifest.
        layouts: by kind of pack, its layout and the reason against a better one, for `run.json`.
        requests: answered, for `run.json`.
        tokens: read and written, for `run.json`.
        device_name: the kind of processor, for `run.json`.
        events: packs halved for memory, workers that died; for `run.json`.
        notes: unusual facts about the model or the run, a sentence each; for a person to read, and for `run.json`.

    """

    records: list[Record]
    settings: dict[str, Any]
    tree: bool | str
    prompts_sha256: str | None = None
    layouts: dict[str, tuple[str, str]] = field(default_factory=dict)
    requests: int = 0
    tokens: int = 0
    device_name: str = ""
    events: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def error_ids(self) -> frozenset[str]:
        """The ids of the items that ended in an error."""
        return frozenset(record.id for record in self.records if isinstance(record, ErrorRecord))


def elicit_model(
    probe: ProbeRun,
    model: OpenModel,
    ledger: Ledger,
    *,
    budget: Budget | None = None,
    progress: Bar | None = None,
    shard: Shard | None = None,
) -> Result:
    """Elicit every item of a probe on one model.

    Raises:
        OpenRound: the shard has run its share of a round, and other shards have not.
        DlsError: over 1 % of the items failed, the disk is full, or a pack cannot be run; finished packs are kept.

    """
    limits = budget or budget_for(model.description)
    context = _context(probe, model, limits)
    stale = ledger.begin(context)
    texts, counter = TextCounts(near_tie_gap(model.spec)), _Counter(progress)
    name = json.dumps(context, sort_keys=True)
    rounds = Rounds(model.text, model.executor, ledger, name, probe.seed, limits, counter.pack, on_text=texts.add)
    rounds.shard = shard
    elicit = with_thoughts(with_shots(probe.elicit, probe.shots), model.text.thought_form, probe.thought_tokens)
    elicit = with_limit(elicit, probe.max_new_tokens)
    records = elicit_all(elicit, probe.items, counter.counting(rounds.answer))
    return Result(
        records=records,
        settings=_settings(probe, model, limits),
        tree=_tree(rounds),
        prompts_sha256=rounds.prompts_sha256,
        layouts={kind: (verdict.layout, verdict.reason) for kind, verdict in rounds.layouts.verdicts.items()},
        requests=counter.requests,
        tokens=counter.tokens,
        device_name=model.description.get("device_name", ""),
        events=tuple(rounds.events),
        notes=(*_notes(model, rounds), *texts.notes(), *([stale] if stale else [])),
    )


_NO_SETTINGS = frozenset({"device_class", "device_name", "cache_bytes"})
"""Members of a model's description that stand elsewhere: with the circumstances, in `run.json`, in the budget."""


class _Counter:
    """Counts the answered requests and the tokens of packs, and advances a bar by them."""

    def __init__(self, bar: Bar | None) -> None:
        self.requests = self.tokens = 0
        self._bar = bar

    def pack(self, tokens: int) -> None:
        self.tokens += tokens
        if self._bar is not None:
            self._bar.advance(tokens=tokens)

    def counting(self, answer: AnswerRound) -> AnswerRound:
        """Return the same answers of a round, counted as they come."""

        def counted(requests: Sequence[ItemRequest]) -> Iterator[tuple[int, Reply]]:
            if self._bar is not None:
                self._bar.expect(self.requests + len(requests))
            for entry in answer(requests):
                self.requests += 1
                if self._bar is not None:
                    self._bar.advance(requests=1)
                yield entry

        return counted


def _context(probe: ProbeRun, model: OpenModel, limits: Budget) -> dict[str, Any]:
    """Return the facts, beside the pack itself, on which a pack's answers depend; they name the pack in the ledger."""
    circumstances = msgspec.to_builtins(circumstances_of(model))
    settings = {**model.spec.settings(), ANSWER_LIMIT: probe.max_new_tokens, **model.description, **asdict(limits)}
    parts = (decisive_parts(identity) for identity in model.identities)
    prefixes = ("",) if len(model.identities) == 1 else ("the teacher's ", "the student's ")
    files = {
        prefix + name: digest for prefix, part in zip(prefixes, parts, strict=True) for name, digest in part.items()
    }
    return {"engine": ENGINE, "probe": f"{probe.id}@{probe.version}", **files, **circumstances, **settings}


def _settings(probe: ProbeRun, model: OpenModel, limits: Budget) -> dict[str, Any]:
    """Return the settings that decide the numbers, under the manifest's names."""
    return {
        **model.spec.settings(),
        ANSWER_LIMIT: probe.max_new_tokens,
        **{name: value for name, value in model.description.items() if name not in _NO_SETTINGS},
        "engine": ENGINE,
        "pack_tokens": limits.tokens,
        "row_tokens": limits.row,
        "pack_rows": limits.rows,
        "cache_tokens": limits.cache,
        "bos": model.text.bos,
        THINKING: thinking_mode(model.text, thinks=probe.thought_tokens > 0),
        **({"frame_sha256": few_shot_sha256(probe.shots)} if probe.shots else {}),
    }


def _notes(model: OpenModel, rounds: Rounds) -> tuple[str, ...]:
    is_single = len(model.identities) == 1  # the notes on the folders of a pair are those of its models
    folder_notes = model.spec.files.notes if is_single else ()
    return *folder_notes, *model.text.notes, *run_notes(model.spec, rounds.layouts.verdicts, rounds.events)


def _tree(rounds: Rounds) -> bool | str:
    verdict = rounds.layouts.verdicts.get("text")
    if verdict is None or verdict.layout.startswith("tree"):
        return True
    return verdict.reason or "the model takes no position ids or tree masks"
