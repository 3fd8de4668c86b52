"""What the engine's own process measures."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import torch
from benchmarks.engine.asked import examples, requests, short
from benchmarks.engine.meters import cpu, timed

from dls_probes.arithmetic.forward import pack_arrays
from dls_probes.engine.encoding import Encoding
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.pack_budget import budget_for
from dls_probes.engine.packing import generate_packs, row_size, text_packs
from dls_probes.engine.prefixes import PrefixGroup, prefix_groups
from dls_probes.engine.scheduler import ItemRequest
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import GenerateJob, Pack, text_rows
from dls_probes.requests import Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

PROMPTS, NEW_TOKENS = 64, 32


class ScoresRecord(msgspec.Struct):
    """The log-probability of every choice, in nats."""

    id: str
    scores: list[float]


class Ours:
    """What the engine's process can measure; the tasks share one loaded model."""

    def __init__(self, folder: str, contexts: int) -> None:
        self._contexts = contexts
        self._model = open_model(ModelSpec(Path(folder), prompt_format="plain")).__enter__()
        self._asked_of, self._inside = self._model.executor.model, [0.0]  # type: ignore[attr-defined]
        vocabulary = self._model.text.tokenizer.get_vocab()
        words = sorted(word[1:] for word in vocabulary if word[:1] == "\u2581" and word[1:].isalpha())
        self._known = [] if "w2" in vocabulary else words
        for name in ("score", "generate"):
            setattr(self._asked_of, name, timed(getattr(self._asked_of, name), self._inside))

    def choices(self, *, one_token: bool) -> dict[str, float]:
        """Score every choice, as a whole run."""

        def elicit(item: Any) -> Iterator[Any]:
            scored = yield [Score(item["prompt"], choice) for choice in item["choices"]]
            yield ScoresRecord(item["id"], scores=[one.logprob for one in scored])

        asked = requests(self._contexts, one_token=one_token, known=self._known)
        return self._run(
            [{"id": str(k), "prompt": Prompt((), c), "choices": a} for k, (c, a) in enumerate(asked)], elicit
        )

    def limit(self) -> dict[str, float]:
        """Run the base model on the plan's padded tensors under its default mask, the head on the same places."""
        asked = [
            ItemRequest("", Score(Prompt((), c), choice))
            for c, a in requests(self._contexts, one_token=False)
            for choice in a
        ]
        jobs = [key[1] for key in Encoding(self._model.text, 0).keys(asked)]  # type: ignore[index]
        packs = text_packs("score", jobs, "tree/plain", budget_for(self._model.description))  # type: ignore[arg-type]
        read = [pack_arrays(text_rows(pack)) for pack in packs]
        raw = self._asked_of.model
        with torch.inference_mode(), cpu() as spent:
            for one in read:
                hidden = raw.model(torch.from_numpy(one.tokens)).last_hidden_state
                raw.lm_head(hidden.reshape(-1, hidden.shape[-1])[torch.from_numpy(one.output_indices)])
        planned = sum(row_size(row) for pack in packs for row in text_rows(pack))
        unique = sum(
            len(c.split()) + 1 + sum(len(x.split()) - 1 for x in a)
            for c, a in requests(self._contexts, one_token=False)
        )
        whole = sum(len(job.path) for job in jobs)  # type: ignore[union-attr]
        padded = sum(one.tokens.size for one in read)
        return {"cpu": spent[0], "planned": planned, "unique": unique, "padded": padded, "requested": whole}

    def generate(self) -> dict[str, float]:
        """Run the planned packs; the self-test, a fixed cost of a run, is not among them."""
        prompts = self._model.text.prompt_ids([Prompt((), context) for context, _ in requests(PROMPTS, one_token=True)])
        jobs = [GenerateJob(tuple(ids), NEW_TOKENS) for ids in prompts]
        packs = generate_packs(jobs, "drop", budget_for(self._model.description))
        with cpu() as spent:
            for pack in packs:
                self._asked_of.generate(pack)
        return {"cpu": spent[0]}

    def texts_after_examples(self, *, kept: bool) -> dict[str, float]:
        """Score the choices of short questions after two orders of the same examples."""
        asked = [
            ItemRequest("", Score(Prompt((), f"{shown} {context}"), choice))
            for shown, (context, choices) in zip(cycle(examples()), short(PROMPTS), strict=False)
            for choice in choices
        ]
        jobs = [key[1] for key in Encoding(self._model.text, 0).keys(asked)]  # type: ignore[index]
        return self._answered(jobs, partial(text_packs, "score"), "tree/plain", self._asked_of.score, kept=kept)

    def prompts_after_examples(self, *, kept: bool) -> dict[str, float]:
        """Go on from short questions after two orders of the same examples."""
        asked = [
            Prompt((), f"{shown} {context}")
            for shown, (context, _) in zip(cycle(examples()), short(PROMPTS), strict=False)
        ]
        jobs = [GenerateJob(tuple(ids), NEW_TOKENS) for ids in self._model.text.prompt_ids(asked)]
        return self._answered(jobs, generate_packs, "drop", self._asked_of.generate, kept=kept)

    def _answered(
        self, jobs: Sequence[Any], planned: Callable[..., list[Pack]], layout: str, answer: Any, *, kept: bool
    ) -> dict[str, float]:
        budget = budget_for(self._model.description)
        found = prefix_groups(jobs, budget) if kept else [PrefixGroup(0, tuple(jobs))]
        packs = [pack for group in found for pack in planned(group.jobs, layout, budget, group.prefix)]
        with cpu() as spent:
            for pack in packs:
                answer(pack)
        return {"cpu": spent[0]}

    def library(self, *, batch: int) -> dict[str, float]:
        """Run the library's own `generate`, prompts sorted by length and padded on the left."""
        tokenizer = self._model.text.tokenizer
        tokenizer.padding_side, tokenizer.pad_token = "left", "</s>"
        texts = sorted((c for c, _ in requests(PROMPTS, one_token=True)), key=lambda text: len(text.split()))
        with torch.inference_mode(), cpu() as spent:
            for first in range(0, len(texts), batch):
                inputs = tokenizer(texts[first : first + batch], return_tensors="pt", padding=True)
                kept = {name: inputs[name] for name in ("input_ids", "attention_mask")}
                self._asked_of.model.generate(**kept, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=1)
        return {"cpu": spent[0]}

    def _run(self, items: list[dict[str, Any]], elicit: Any) -> dict[str, float]:
        self._inside[0] = 0.0
        with tempfile.TemporaryDirectory() as scratch, Ledger(Path(scratch) / "ledger") as ledger, cpu() as spent:
            elicit_model(ProbeRun("bench", "1.0", elicit, items, 0), self._model, ledger)
        return {"cpu": spent[0], "inside": self._inside[0]}
