"""How a probe asks two models together: what each answered alone, and the texts that each wrote for the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from dls_probes.requests import Elicit

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Answered(Generic[Item, Answer]):
    """An item with what each model answered alone; `failed` where one of them did not."""

    id: str
    item: Item
    teacher: Answer
    student: Answer
    failed: bool = False


class CrossScoring(NamedTuple):
    """How a probe asks for it.

    `tell` asks a model, of an `Answered`, for its own text and how probable it is: a record with at least `text`,
    `ended` and `logprob`. `hear` asks a model, of a `CrossScored`, for the `logprob` of the other's text.
    """

    tell: Elicit
    hear: Elicit


@dataclass(frozen=True, slots=True)
class CrossScored(Generic[Item]):
    """An item with what the other model told."""

    id: str
    item: Item
    told: Mapping[str, Any]
