"""Freely written answers, and the values that a program finds in them."""

import re
from collections.abc import Collection
from operator import attrgetter
from typing import Any

import msgspec

from dls.probe import Check
from dls.probes.shared.per_item import average, by_record
from dls.probes.shared.vocabulary import ATTRIBUTES

VALUES = frozenset(value for attribute in ATTRIBUTES for value in attribute.values)


CONFIDENCE = Check("answer_confidence", average(by_record(attrgetter("confidence"))), access="logprobs")
"""A record's `confidence` is the geometric mean of the probabilities of its greedy answer's tokens, the end included.

A model that hardly ever gives its greedy answer when it is sampled gives its users another answer.
"""


class AnswerRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greedy answer, and whether the model ended it itself."""

    id: str
    text: str
    ended: bool


def empty_answer(item: Any) -> AnswerRecord:
    """Return the record of an item that ended in an error."""
    return AnswerRecord(item.id, "", ended=True)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case: runs of letters and digits."""
    return re.findall(r"[^\W_]+", text.lower())


def first_value(text: str, values: Collection[str]) -> str | None:
    """Return the first of some one-word values that a text names; None where it names none."""
    return next((word for word in words(text) if word in values), None)


def values_beside(value: str) -> tuple[str, ...]:
    """Return all values of the attribute that a value belongs to."""
    return next(attribute.values for attribute in ATTRIBUTES if value in attribute.values)
