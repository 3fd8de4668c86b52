"""Teacher and student side by side, for questions about both at once."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from dls.errors import DlsError
from dls_probes.arithmetic.forward import PackArrays, head_input, logits
from dls_probes.arithmetic.token_divergence import Head, Logits, kullback_leibler, symmetric
from dls_probes.engine.memory import run_within_memory
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob, rows_after_prefix
from dls_probes.requests import Diverged, Scored
from dls_probes.tokens.text import PromptTokenizer


class PairModel:
    """Two models with one tokenizer (the protocol `ModelBackend`); answers `Divergence` requests only.

    A layout names the teacher's and the student's, joined by `+`, since they may read trees under different masks.
    """

    def __init__(self, teacher: CausalModel, student: CausalModel) -> None:
        self.teacher, self.student = teacher, student
        self.text = teacher.text
        self.memory_events: list[str] = []
        self.vocabulary = len(teacher.text.tokenizer)  # rows beyond it are padding and stand for no token
        self._heads = tuple(_checked_head(one) for one in (teacher, student))

    def score(self, pack: Pack) -> list[Any]:
        """Return the sum of both log-probabilities for each job: by it the self-test compares layouts."""
        own = zip(*(one.score(_part(pack, i)) for i, one in enumerate((self.teacher, self.student))), strict=True)
        return [Scored(a.logprob + b.logprob, a.tokens, a.greedy and b.greedy, min(a.gap, b.gap)) for a, b in own]

    def generate(self, pack: Pack) -> list[Any]:
        """Refuse: an answer is one model's.

        Raises:
            DlsError: always.

        """
        raise DlsError(f"a pair cannot generate {len(pack.rows)} answers; ask the teacher or the student")

    def distribution(self, pack: Pack) -> list[Any]:
        """Return a `Diverged` for each job of the pack.

        Raises:
            DlsError: something else than a divergence is asked for.

        """
        if pack.kind != "divergence":
            raise DlsError(f"a pair answers divergences, not {pack.kind} requests; ask the teacher or the student")
        return run_within_memory(self._divergence, pack, self.memory_events)

    def describe(self) -> dict[str, Any]:
        """Return what both models say about themselves; the vocabulary is the tokenizer's."""
        both = [one.describe() for one in (self.teacher, self.student)]
        joined = {name: f"{both[0][name]}+{both[1][name]}" for name in ("architecture", "attention")}
        parameters = sum(one["parameters"] for one in both)
        return {
            **joined,
            "device_class": both[0]["device_class"],
            "parameters": parameters,
            "vocabulary": self.vocabulary,
        }

    def tree_layouts(self) -> tuple[str, ...]:
        """Return every combination of the two models' tree layouts, the most exact ones first."""
        return tuple(f"{a}+{b}" for a in self.teacher.tree_layouts() for b in self.student.tree_layouts())

    def tolerance(self) -> float:
        """Return the nats that rounding alone may move the sum of two scores by."""
        return self.teacher.tolerance() + self.student.tolerance()

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return what lets both models compute in float32 for as long as it is entered; None where they do so anyway."""
        reduced = [one.full_precision() for one in (self.teacher, self.student)]
        return None if reduced == [None, None] else _both(reduced)

    def _divergence(self, pack: Pack) -> list[Any]:
        with torch.inference_mode():
            (p, read), (q, _) = (self._logits(i, pack) for i in range(2))
            apart = kullback_leibler(p, q, self.vocabulary)
            shared = symmetric(p, q, (apart.total, apart.other_total), self.vocabulary)
        columns = [column.tolist() for column in (apart.forward, apart.reverse, *shared)]
        return [Diverged(*(tuple(column[i] for i in places) for column in columns)) for places in read.places]

    def _logits(self, which: int, pack: Pack) -> tuple[Logits, PackArrays]:
        """Return one model's logits at the needed places as a function of the part of the vocabulary."""
        one, head, part = (self.teacher, self.student)[which], self._heads[which], _part(pack, which)
        asked = (one.model, rows_after_prefix(part), part.layout, one.prefix(part))
        if head is None:
            values, read = logits(*asked)
            return lambda first, last: values[:, first:last].clone(), read
        hidden, read = head_input(*asked)
        return partial(head.logits, hidden), read


def load_pair(teacher: ModelSpec, student: ModelSpec) -> PairModel:
    """Load two models that share a tokenizer.

    Raises:
        DlsError: a model cannot be loaded, or their tokenizers differ.

    """
    one, other = load_model(teacher), load_model(student)
    if not (isinstance(one, CausalModel) and isinstance(other, CausalModel)):
        raise DlsError("a classifier has no next-token distribution; compare the labels' log-probabilities of both")
    refuse_other_tokens(one.text, other.text, f"{teacher.folder} and {student.folder}")
    return PairModel(one, other)


def same_tokens(one: PromptTokenizer, other: PromptTokenizer) -> bool:
    """Whether two tokenizers give every text the same ids: equal vocabularies, merges, normalisation and added tokens."""
    if one.tokenizer.get_vocab() != other.tokenizer.get_vocab():
        return False
    mine, theirs = (getattr(text.tokenizer, "backend_tokenizer", None) for text in (one, other))
    return mine is None or theirs is None or bool(mine.to_str() == theirs.to_str())


def refuse_other_tokens(one: PromptTokenizer, other: PromptTokenizer, who: str) -> None:
    """Raise DlsError where two tokenizers differ: divergences over one vocabulary would mean nothing."""
    if not same_tokens(one, other):
        raise DlsError(
            f"the tokenizers of {who} differ, so no divergence over one vocabulary exists; use the per-byte and option metrics instead"
        )


def _part(pack: Pack, which: int) -> Pack:
    layout = pack.layout.split("+")[which] if "+" in pack.layout else pack.layout
    return replace(pack, kind="score", layout=layout)


@contextmanager
def _both(reduced: Sequence[AbstractContextManager[Any] | None]) -> Iterator[None]:
    with ExitStack() as entered:
        for one in filter(None, reduced):
            entered.enter_context(one)
        yield


def _checked_head(one: CausalModel) -> Head | None:
    """Return the model's head if part by part it gives the model's own logits, else None: full logits are taken then.

    It is told in float32, since rounding moves logits by as much as a tail that the configuration does not name.
    """
    try:
        with one.full_precision() or nullcontext():
            right = _off(one.model) <= one.tolerance()
    except (AttributeError, TypeError, RuntimeError):
        return None
    return Head.of(one.model) if right else None


def _off(model: Any) -> float:
    """Return the largest difference between the model's own logits and its head's, taken part by part."""
    probe: Sequence[Sequence[TextJob]] = [[TextJob(tuple(range(2, 8)), 1)]]
    head = Head.of(model)
    with torch.inference_mode():
        full, _ = logits(model, probe, "alone")
        hidden, _ = head_input(model, probe, "alone")
        ends = [(first, min(first + 100, full.shape[1])) for first in range(0, full.shape[1], 100)]
        parts = torch.cat([head.logits(hidden, first, last) for first, last in ends], dim=1)
        return float((parts - full).abs().max())
