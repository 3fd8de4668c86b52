"""The tasks of the engine's own process."""

import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import torch
from benchmarks.engine.meters import cpu, with_timer
from benchmarks.engine.workload import examples, requests, short_requests

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
    """The log-probability of each choice, in nats."""

    id: str
    scores: list[float]


class EngineTasks:
    """The tasks of the engine's process; they share one loaded model."""

    def __init__(self, folder: str, contexts: int) -> None:
        self._contexts = contexts
        self._model = open_model(ModelSpec(Path(folder), prompt_format="plain")).__enter__()
        self._inner_model, self._inside = self._model.executor.model, [0.0]  # type: ignore[attr-defined]
        vocabulary = self._model.text.tokenizer.get_vocab()
        words = sorted(word[1:] for word in vocabulary if word[:1] == "\u2581" and word[1:].isalpha())
        self._words = [] if "w2" in vocabulary else words
        for name in ("score", "generate"):
            setattr(self._inner_model, name, with_timer(getattr(self._inner_model, name), self._inside))

    def choices(self, *, one_token: bool) -> dict[str, float]:
        """Score each choice, as a whole run."""

        def elicit(item: Any) -> Generator[Any, Any, None]:
            answers = yield [Score(item["prompt"], choice) for choice in item["choices"]]
            yield ScoresRecord(item["id"], scores=[answer.logprob for answer in answers])

        pairs = requests(self._contexts, one_token=one_token, vocabulary=self._words)
        items = [{"id": str(k), "prompt": Prompt((), c), "choices": a} for k, (c, a) in enumerate(pairs)]
        return self._run(items, elicit)

    def limit(self) -> dict[str, float]:
        """Run the base model on the plan's padded tensors under its default mask, and the head on the same places.

        The numbers of tokens come with the time: planned by the engine, unique, padded, and requested.
        """
        pairs = requests(self._contexts, one_token=False)
        jobs = self._score_jobs((c, choice) for c, a in pairs for choice in a)
        packs = text_packs("score", jobs, "tree/plain", budget_for(self._model.description))
        arrays = [pack_arrays(text_rows(pack)) for pack in packs]
        base = self._inner_model.model
        with torch.inference_mode(), cpu() as time:
            for batch in arrays:
                hidden = base.model(torch.from_numpy(batch.tokens)).last_hidden_state
                base.lm_head(hidden.reshape(-1, hidden.shape[-1])[torch.from_numpy(batch.output_indices)])
        return {
            "cpu": time[0],
            "planned": sum(row_size(row) for pack in packs for row in text_rows(pack)),
            "unique": sum(len(c.split()) + 1 + sum(len(x.split()) - 1 for x in a) for c, a in pairs),
            "padded": sum(batch.tokens.size for batch in arrays),
            "requested": sum(len(job.path) for job in jobs),
        }

    def generate(self) -> dict[str, float]:
        """Run the planned packs, without the self-test, which is a fixed cost of a run."""
        prompts = self._model.text.prompt_ids([Prompt((), context) for context, _ in requests(PROMPTS, one_token=True)])
        jobs = [GenerateJob(tuple(ids), NEW_TOKENS) for ids in prompts]
        packs = generate_packs(jobs, "drop", budget_for(self._model.description))
        with cpu() as time:
            for pack in packs:
                self._inner_model.generate(pack)
        return {"cpu": time[0]}

    def texts_after_examples(self, *, reuse: bool) -> dict[str, float]:
        """Score the choices of short questions after two orders of the same examples."""
        pairs = [(text, choice) for text, choices in self._questions_after_examples() for choice in choices]
        jobs, plan = self._score_jobs(pairs), partial(text_packs, "score")
        return self._answer(jobs, plan, "tree/plain", self._inner_model.score, reuse=reuse)

    def prompts_after_examples(self, *, reuse: bool) -> dict[str, float]:
        """Generate answers to short questions after two orders of the same examples."""
        prompts = [Prompt((), text) for text, _ in self._questions_after_examples()]
        jobs = [GenerateJob(tuple(ids), NEW_TOKENS) for ids in self._model.text.prompt_ids(prompts)]
        return self._answer(jobs, generate_packs, "drop", self._inner_model.generate, reuse=reuse)

    def library(self, *, batch: int) -> dict[str, float]:
        """Run the library's own `generate`, on prompts that are sorted by length and padded on the left."""
        tokenizer = self._model.text.tokenizer
        tokenizer.padding_side, tokenizer.pad_token = "left", "</s>"
        texts = sorted((c for c, _ in requests(PROMPTS, one_token=True)), key=lambda text: len(text.split()))
        model = self._inner_model.model
        with torch.inference_mode(), cpu() as time:
            for first in range(0, len(texts), batch):
                tensors = tokenizer(texts[first : first + batch], return_tensors="pt", padding=True)
                inputs = {name: tensors[name] for name in ("input_ids", "attention_mask")}
                model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=1)
        return {"cpu": time[0]}

    def _questions_after_examples(self) -> list[tuple[str, list[str]]]:
        pairs = zip(cycle(examples()), short_requests(PROMPTS), strict=False)
        return [(f"{shots} {context}", choices) for shots, (context, choices) in pairs]

    def _score_jobs(self, pairs: Iterable[tuple[str, str]]) -> list[Any]:
        """Return the jobs that score a choice after a context."""
        items = [ItemRequest("", Score(Prompt((), context), choice)) for context, choice in pairs]
        return [key[1] for key in Encoding(self._model.text, 0).keys(items)]  # type: ignore[index]

    def _answer(
        self, jobs: Sequence[Any], plan: Callable[..., list[Pack]], layout: str, answer: Any, *, reuse: bool
    ) -> dict[str, float]:
        """Run jobs; with `reuse` the examples are read once for all questions after them."""
        budget = budget_for(self._model.description)
        groups = prefix_groups(jobs, budget) if reuse else [PrefixGroup(0, tuple(jobs))]
        packs = [pack for group in groups for pack in plan(group.jobs, layout, budget, group.prefix)]
        with cpu() as time:
            for pack in packs:
                answer(pack)
        return {"cpu": time[0]}

    def _run(self, items: list[dict[str, Any]], elicit: Any) -> dict[str, float]:
        self._inside[0] = 0.0
        with tempfile.TemporaryDirectory() as scratch, Ledger(Path(scratch) / "ledger") as ledger, cpu() as time:
            elicit_model(ProbeRun("bench", "1.0", elicit, items, 0), self._model, ledger)
        return {"cpu": time[0], "inside": self._inside[0]}
