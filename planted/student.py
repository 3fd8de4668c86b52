"""One student of the matrix: the intervention that made it, and the target that its loss is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from planted import arithmetic, damage
from planted.teaching import TaughtLesson

Change = Callable[[LlamaForCausalLM, PreTrainedTokenizerFast], None]


class Student(NamedTuple):
    """A student and the intervention that made it from the teacher.

    Attributes:
        name: unique.
        intervention: a change of weights, or a lesson.
        story: the intervention in words.
        dimension: of the planted loss; empty for a student without one planted loss.
        metric: of the planted loss; empty likewise.
        expected: "lost" for a planted loss, "preserved" for a null student, "broken" for a broken one, "open" for a
            student that keeps the openings of its answers or is damaged: its independent reading says whether it lost.

    """

    name: str
    intervention: Change | TaughtLesson
    story: str
    dimension: str = ""
    metric: str = ""
    expected: str = "lost"


@dataclass(frozen=True)
class Scaled:
    """The head times a factor."""

    factor: float

    def __call__(self, model: LlamaForCausalLM, _: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        arithmetic.scale_head(model, self.factor)

    def describe_part(self, share: float) -> str:
        """Describe the weights that lie this share of the way from the teacher's to the student's."""
        return f"the head times {1 + (self.factor - 1) * share:.4g}"


@dataclass(frozen=True)
class Shifted:
    """Nats on the token that an answer opens with."""

    token: str
    nats: float

    def __call__(self, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        arithmetic.shift_opening(model, tokenizer, tokenizer.vocab[self.token], self.nats)

    def describe_part(self, share: float) -> str:
        """Describe the weights that lie this share of the way from the teacher's to the student's."""
        return f"{self.nats * share:+.4g} nats"


@dataclass(frozen=True)
class Rounded:
    """Every matrix in fewer bits."""

    bits: int

    def __call__(self, model: LlamaForCausalLM, _: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        damage.quantise(model, self.bits)


@dataclass(frozen=True)
class Pruned:
    """Every matrix without a share of its weights."""

    share: float

    def __call__(self, model: LlamaForCausalLM, _: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        damage.prune(model, self.share)
