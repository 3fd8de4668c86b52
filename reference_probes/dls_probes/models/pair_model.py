"""Teacher and student side by side, for questions about both at once."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import torch

from dls.errors import DlsError
from dls_probes.arithmetic.forward import PackArrays, head_input, logits
from dls_probes.arithmetic.head import Head, HeadLogits, Logits
from dls_probes.arithmetic.token_divergence import kullback_leibler, symmetric
from dls_probes.engine.memory import run_within_memory
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, rows_after_prefix
from dls_probes.requests import Diverged, Scored
from dls_probes.tokens.shared_tokens import shared_columns, token_difference


class PairModel:
    """Two models that share their tokens (the protocol `ModelBackend`); answers `Divergence` requests only.

    A layout names the teacher's and the student's, joined by `+`, since they may read trees under different masks.
    """

    def __init__(self, teacher: CausalModel, student: CausalModel) -> None:
        self.teacher, self.student = teacher, student
        self.text = teacher.text
        self.memory_events: list[str] = []
        # rows beyond it are padding, or tokens of one model alone
        self.vocabulary = min(shared_columns(teacher.text.tokenizer, student.text.tokenizer), _rows(teacher, student))
        self._heads: tuple[Head | None, ...] = (teacher.head, student.head)

    def score(self, pack: Pack) -> list[Any]:
        """Return the sum of both log-probabilities for each job, by which the self-test compares layouts."""
        pairs = zip(self.teacher.score(_part(pack, 0)), self.student.score(_part(pack, 1)), strict=True)
        return [Scored(a.logprob + b.logprob, a.tokens, a.greedy and b.greedy, min(a.gap, b.gap)) for a, b in pairs]

    def generate(self, pack: Pack) -> list[Any]:
        """Refuse: an answer comes from one model.

        Raises:
            DlsError: always.

        """
        raise DlsError(f"a pair cannot generate {len(pack.rows)} answers; ask the teacher or the student")

    def distribution(self, pack: Pack) -> list[Any]:
        """Return a `Diverged` for each job of the pack.

        Raises:
            DlsError: the pack asks for something other than divergences.

        """
        if pack.kind != "divergence":
            raise DlsError(f"a pair answers divergences, not {pack.kind} requests; ask the teacher or the student")
        return run_within_memory(self._divergence, pack, self.memory_events)

    def describe(self) -> dict[str, Any]:
        """Return both models' descriptions of themselves, joined; the vocabulary is the shared one."""
        teacher, student = self.teacher.describe(), self.student.describe()
        return {
            **{name: f"{teacher[name]}+{student[name]}" for name in ("architecture", "attention")},
            **{name: teacher[name] for name in ("kernels", "device_class", "device_name")},
            "parameters": teacher["parameters"] + student["parameters"],
            "vocabulary": self.vocabulary,
        }

    def tree_layouts(self) -> tuple[str, ...]:
        """Return every combination of the two models' tree layouts, the most exact ones first."""
        return tuple(f"{a}+{b}" for a in self.teacher.tree_layouts() for b in self.student.tree_layouts())

    def tolerance(self) -> float:
        """Return by how many nats rounding alone may move the sum of two scores."""
        return self.teacher.tolerance() + self.student.tolerance()

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return a context in which both models compute in float32; None where both always do."""
        contexts = [model.full_precision() for model in (self.teacher, self.student)]
        return None if contexts == [None, None] else _entered(contexts)

    def _divergence(self, pack: Pack) -> list[Any]:
        with torch.inference_mode():
            (p, arrays), (q, _) = (self._logits(index, pack) for index in range(2))
            divergences = kullback_leibler(p, q, self.vocabulary)
            totals = divergences.total, divergences.other_total
            symmetric_columns = symmetric(p, q, totals, self.vocabulary)
        columns = [column.tolist() for column in (divergences.forward, divergences.reverse, *symmetric_columns)]
        return [Diverged(*(tuple(column[i] for i in places) for column in columns)) for places in arrays.places]

    def _logits(self, index: int, pack: Pack) -> tuple[Logits, PackArrays]:
        """Return one model's logits at the needed places as a function of the part of the vocabulary."""
        model, head, part = (self.teacher, self.student)[index], self._heads[index], _part(pack, index)
        inputs = (model.model, rows_after_prefix(part), part.layout, model.prefix(part), model.last)
        if head is None:
            values, arrays = logits(*inputs)
            return lambda first, last: values[:, first:last].clone(), arrays
        states, arrays = head_input(*inputs)
        return HeadLogits(head, states), arrays


def load_pair(teacher: ModelSpec, student: ModelSpec) -> PairModel:
    """Load two models that share their tokens.

    Raises:
        DlsError: a model cannot be loaded, or their tokenizers differ.

    """
    first, second = load_model(teacher), load_model(student)
    if not (isinstance(first, CausalModel) and isinstance(second, CausalModel)):
        raise DlsError("a classifier has no next-token distribution; compare the labels' log-probabilities of both")
    if difference := token_difference(first.text.tokenizer, second.text.tokenizer):
        raise DlsError(
            f"the tokenizers of {teacher.folder} and {student.folder} differ, so no divergence over one vocabulary "
            f"exists: {difference}; use the per-byte and option metrics instead"
        )
    return PairModel(first, second)


def _rows(*models: CausalModel) -> int:
    """Return the smallest number of output rows of some models; a tokenizer may have further tokens."""
    return min(int(model.model.config.get_text_config().vocab_size) for model in models)


def _part(pack: Pack, index: int) -> Pack:
    """Return the pack for the teacher (index 0) or the student (index 1)."""
    layout = pack.layout.split("+")[index] if "+" in pack.layout else pack.layout
    return replace(pack, kind="score", layout=layout)


@contextmanager
def _entered(contexts: Sequence[AbstractContextManager[Any] | None]) -> Iterator[None]:
    with ExitStack() as stack:
        for context in filter(None, contexts):
            stack.enter_context(context)
        yield
