"""How a probe asks two models together: about the answers that each gave alone, and about each other's texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from dls_probes.requests import Elicit, Elicitation, Record

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class AnsweredItem(Generic[Item, Answer]):
    """An item with each model's own answer; `failed` where the item ended in an error for one of them."""

    id: str
    item: Item
    teacher: Answer
    student: Answer
    failed: bool = False


class OwnText(msgspec.Struct, frozen=True):
    """A text that a model wrote, and the log-probability, in nats, that the same model gives it as a text."""

    id: str
    text: str
    ended: bool
    logprob: float


class OtherScore(msgspec.Struct, frozen=True):
    """The log-probability, in nats, that a model gives the other model's text."""

    id: str
    logprob: float


class CrossScoring(NamedTuple):
    """How a probe asks each model about the other's texts.

    Attributes:
        write_for: the elicitation of an `AnsweredItem`, which ends with an `OwnText`.
        score_other: the elicitation of an item and the other model's `OwnText`, which ends with an `OtherScore`.
        join: makes the record of the teacher's text, the student's score of it, the student's text and the teacher's
            score of it.

    """

    write_for: Elicit
    score_other: Callable[[Any, OwnText], Elicitation]
    join: Callable[[OwnText, OtherScore, OwnText, OtherScore], Record]
