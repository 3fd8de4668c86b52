"""Sequence classifiers under the same protocol: their `Distribution` is over labels.

The model reads the text of the user's turn unchanged, with the tokenizer's own special tokens and no template. A
request's `options` are label names; a request that names none means all labels.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.memory import run_within_memory
from dls_probes.engine.tie_tolerance import tolerance
from dls_probes.models.device import hardware
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.weights import unused_tensors
from dls_probes.packs import Pack, text_rows
from dls_probes.requests import Distributed, Prompt, Scored
from dls_probes.tokens.lost_text import refuse_lost_text
from dls_probes.tokens.text import PromptTokenizer
from dls_probes.tokens.tokenizer_behaviour import token_ids


@dataclass(frozen=True)
class ClassifierText(PromptTokenizer):
    """A classifier's tokenizer.

    Attributes:
        labels: label names in the order of the model's outputs.

    """

    labels: tuple[str, ...] = ()

    def render(self, prompt: Prompt) -> str:
        """Return the user's text."""
        return "\n".join(message.content for message in prompt.messages) + prompt.prefill

    def pairs(self, pairs: Sequence[tuple[Prompt, str]]) -> list[tuple[tuple[int, ...], int]]:
        """Return the token ids of each text with the special tokens around it, and their number.

        Raises:
            DlsError: a request has a continuation, the model would need more inputs than the ids, or the tokenizer
                loses or joins words.

        """
        if any(continuation for _, continuation in pairs):
            raise DlsError("a classifier has labels and no continuations; ask for a Distribution over labels")
        texts = [self.render(prompt) for prompt, _ in pairs]
        refuse_lost_text(self.tokenizer, texts, token_ids(self.tokenizer, texts))
        encoding = self.tokenizer(texts, truncation=False, padding=False)
        if any(map(any, encoding.get("token_type_ids", ()))):
            raise DlsError("the tokenizer gives tokens of one text several types, and this release passes no types on")
        return [(tuple(ids), len(ids)) for ids in encoding["input_ids"]]

    def options(self, prompt: Prompt, options: Sequence[str]) -> tuple[int, ...]:  # noqa: ARG002  labels need no prompt
        """Return the index of each label.

        Raises:
            ValueError: the model has no such label.

        """
        unknown = [option for option in options if option not in self.labels]
        if unknown:
            raise ValueError(f"the model has no label {unknown[0]!r}, only {', '.join(self.labels)}")
        return tuple(self.labels.index(option) for option in options)

    @property
    def bos(self) -> bool:
        """Whether the tokenizer puts a special token in front of a text."""
        return bool(self.opening)


class ClassifierModel:
    """A sequence classifier in this process (the protocol `ModelBackend`); answers `Distribution` requests only."""

    def __init__(self, model: Any, text: ClassifierText, files: ModelFiles) -> None:
        self.model, self.text = model, text
        self.files = files  # layers on the disk are read from there until the end
        self.memory_events: list[str] = []

    def score(self, pack: Pack) -> list[Any]:
        """Return the labels' mean log-probability for each job, by which the self-test compares layouts.

        The log-probability of one label alone can lie so close to 0 that no difference shows.
        """
        return [Scored(sum(row) / len(row), 1, greedy=False, gap=0.0) for row in self._logprobs(pack)]

    def generate(self, pack: Pack) -> list[Any]:
        """Refuse: a classifier writes no text.

        Raises:
            DlsError: always.

        """
        raise DlsError(f"a classifier cannot generate {len(pack.rows)} answers; choose a causal language model")

    def distribution(self, pack: Pack) -> list[Any]:
        """Return a `Distributed` over labels for each job: one entropy, the best label, the options' log-probabilities.

        Raises:
            DlsError: the pack asks for a divergence.

        """
        if pack.kind == "divergence":
            raise DlsError("one classifier has no divergence; compare the labels' log-probabilities of both")
        return run_within_memory(self._distribution, pack, self.memory_events)

    def describe(self) -> dict[str, Any]:
        """Return what `CausalModel.describe` does; the vocabulary is the labels."""
        return {
            "architecture": type(self.model).__name__,
            **hardware(self.model),
            "parameters": sum(parameter.numel() for parameter in self.model.parameters()),
            "vocabulary": len(self.text.labels),
            "unused": unused_tensors(self.model, self.files.tensor_names),
            **self.files.computation(self.model),
        }

    def tree_layouts(self) -> tuple[str, ...]:
        """Return none: every token of an encoder attends to every other."""
        return ()

    def tolerance(self) -> float:
        """Return by how many nats rounding alone may move the score of a text."""
        return tolerance(str(self.model.dtype).removeprefix("torch."))

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return a context in which the model computes in float32; None where it always does."""
        from dls_probes.arithmetic.full_precision import has_reduced_precision, in_float32  # start-up: loads torch

        return in_float32(self.model) if has_reduced_precision(self.model) else None

    @property
    def _padding(self) -> int:
        """The padding token, by which a left-to-right model finds the end of a text; the mask hides any other."""
        token = self.model.config.get_text_config().pad_token_id
        return 0 if token is None else int(token)

    def _distribution(self, pack: Pack) -> list[Any]:
        from math import exp

        jobs = [job for row in text_rows(pack) for job in row]
        answers = []
        for job, row in zip(jobs, self._logprobs(pack), strict=True):
            entropy = -sum(exp(value) * value for value in row)
            labels = job.options or range(len(row))
            names = tuple(self.text.labels[label] for label in labels)
            options = tuple(row[label] for label in labels)
            answers.append(Distributed((entropy,), (row.index(max(row)),), options, names))
        return answers

    def _logprobs(self, pack: Pack) -> list[list[float]]:
        """Return the log-probability of every label for each job, in nats."""
        import torch

        from dls_probes.arithmetic.placement import input_device  # start-up: loads torch

        paths = [job.path for row in text_rows(pack) for job in row]
        longest = max(map(len, paths))
        tokens = torch.full((len(paths), longest), self._padding, dtype=torch.int64)
        present = torch.zeros_like(tokens)
        for index, path in enumerate(paths):
            tokens[index, : len(path)] = torch.tensor(path)
            present[index, : len(path)] = 1
        device = input_device(self.model)
        with torch.inference_mode():
            logits = self.model(input_ids=tokens.to(device), attention_mask=present.to(device)).logits
        logprobs: list[list[float]] = logits.double().log_softmax(dim=-1).tolist()
        return logprobs
