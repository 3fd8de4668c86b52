"""From a function of one item or record to one of all: the parts of measures, near ties and checks."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dls.draw import Draw
from dls.probe import MakeItems
from dls.probes.shared.phrasings import PHRASINGS, Phrasings

T = TypeVar("T")
Inputs = Callable[[Sequence[Any], Sequence[Any]], list[T]]


def numbered(probe: str, make_item: Callable[[Draw, int, Phrasings], Any]) -> MakeItems:
    """Return a generator of items: ``make_item(draw, index, phrasings)`` for each index from 0, with its own draw."""

    def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[Any, ...]:
        return tuple(make_item(Draw(probe, seed, index), index, phrasings) for index in range(n))

    return items


def numbered_pairs(probe: str, make_pair: Callable[[Draw, int, Phrasings], Sequence[Any]]) -> MakeItems:
    """Return a generator of contrast pairs: the two variants of each unit, one after the other."""
    pairs = numbered(probe, make_pair)

    def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[Any, ...]:
        return tuple(item for pair in pairs(seed, n, phrasings) for item in pair)

    return items


def by_item(function: Callable[[Any, Any], T]) -> Inputs[T]:
    """Return ``function(item, record)`` of each item, in order."""

    def of_items(items: Sequence[Any], records: Sequence[Any]) -> list[T]:
        return [function(item, record) for item, record in zip(items, records, strict=True)]

    return of_items


def by_record(function: Callable[[Any], T]) -> Inputs[T]:
    """Return ``function(record)`` of each record, in item order."""

    def of_records(items: Sequence[Any], records: Sequence[Any]) -> list[T]:  # noqa: ARG001  the record is enough
        return [function(record) for record in records]

    return of_records


def of_both_models(inputs: Inputs[T]) -> Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], list[tuple[T, T]]]:
    """Return the teacher's and the student's entry of each item."""

    def of_items(items: Sequence[Any], teacher: Sequence[Any], student: Sequence[Any]) -> list[tuple[T, T]]:
        return list(zip(inputs(items, teacher), inputs(items, student), strict=True))

    return of_items


def where(condition: Callable[[Any], Any], inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the items for which ``condition(item)`` is true."""
    return lambda items, records: [
        entry for item, entry in zip(items, inputs(items, records), strict=True) if condition(item)
    ]


def first_variant(inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the first variant of each contrast pair, [pairs]."""
    return lambda items, records: inputs(items, records)[0::2]


def second_variant(inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the second variant of each contrast pair, [pairs]."""
    return lambda items, records: inputs(items, records)[1::2]


def of_first_variant(function: Callable[[Any, Any], T]) -> Inputs[T]:
    """Return ``function(item, record)`` of the first variant of each contrast pair, [pairs]; the second is unused."""
    of_items = by_item(function)
    return lambda items, records: of_items(items[0::2], records[0::2])


def both_variants(positive: Inputs[T], negative: Inputs[T]) -> Inputs[tuple[T, T]]:
    """Return, for each contrast pair, the entry where the reaction is right and the one where it is wrong."""
    return lambda items, records: list(zip(positive(items, records), negative(items, records), strict=True))


def count(marks: Inputs[bool]) -> Callable[[Sequence[Any], Sequence[Any]], int]:
    """Return how many of the marks are true."""
    return lambda items, records: sum(marks(items, records))


def average(values: Inputs[float]) -> Callable[[Sequence[Any], Sequence[Any]], float]:
    """Return the mean of the values."""

    def mean_value(items: Sequence[Any], records: Sequence[Any]) -> float:
        entries = values(items, records)
        return sum(entries) / len(entries)

    return mean_value
