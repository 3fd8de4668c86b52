"""From a function of one item or record to one of all: what measures, near ties and checks are made of."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dls.draw import Draw
from dls.probe import MakeItems
from dls.probes.shared.phrasings import PHRASINGS, Phrasings

T = TypeVar("T")
Inputs = Callable[[Sequence[Any], Sequence[Any]], list[T]]


def numbered(probe: str, make_item: Callable[[Draw, int, Phrasings], Any]) -> MakeItems:
    """Return a generator of items: ``make_item(draw, index, phrasings)`` for each index from 0, with a draw of its own."""

    def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[Any, ...]:
        return tuple(make_item(Draw(probe, seed, index), index, phrasings) for index in range(n))

    return items


def numbered_pairs(probe: str, make_pair: Callable[[Draw, int, Phrasings], Sequence[Any]]) -> MakeItems:
    """Return a generator of contrast pairs: both variants of each unit, one after the other."""
    pairs = numbered(probe, make_pair)

    def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[Any, ...]:
        return tuple(item for pair in pairs(seed, n, phrasings) for item in pair)

    return items


def per_item(function: Callable[[Any, Any], T]) -> Inputs[T]:
    """Return ``function(item, record)`` of every item, in order."""

    def of_items(items: Sequence[Any], records: Sequence[Any]) -> list[T]:
        return [function(item, record) for item, record in zip(items, records, strict=True)]

    return of_items


def per_record(function: Callable[[Any], T]) -> Inputs[T]:
    """Return ``function(record)`` of every record, in item order."""

    def of_records(items: Sequence[Any], records: Sequence[Any]) -> list[T]:  # noqa: ARG001  the record says it all
        return [function(record) for record in records]

    return of_records


def of_both_models(inputs: Inputs[T]) -> Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], list[tuple[T, T]]]:
    """Return the teacher's and the student's entry of every item."""

    def of_items(items: Sequence[Any], teacher: Sequence[Any], student: Sequence[Any]) -> list[tuple[T, T]]:
        return list(zip(inputs(items, teacher), inputs(items, student), strict=True))

    return of_items


def first_variant(inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the first variant of every contrast pair, [pairs]."""
    return lambda items, records: inputs(items, records)[0::2]


def second_variant(inputs: Inputs[T]) -> Inputs[T]:
    """Return the entries of the second variant of every contrast pair, [pairs]."""
    return lambda items, records: inputs(items, records)[1::2]


def of_first_variant(function: Callable[[Any, Any], T]) -> Inputs[T]:
    """Return ``function(item, record)`` of the first variant of every contrast pair, [pairs]; the second is not looked at."""
    of_items = per_item(function)
    return lambda items, records: of_items(items[0::2], records[0::2])


def of_second_variant(function: Callable[[Any, Any], T]) -> Inputs[T]:
    """Return ``function(item, record)`` of the second variant of every contrast pair, [pairs]; the first is not looked at."""
    of_items = per_item(function)
    return lambda items, records: of_items(items[1::2], records[1::2])


def both_variants(wanted: Inputs[T], unwanted: Inputs[T]) -> Inputs[tuple[T, T]]:
    """Return, for every contrast pair, the entry where a reaction is wanted and the one where it is not."""
    return lambda items, records: list(zip(wanted(items, records), unwanted(items, records), strict=True))


def count(marks: Inputs[bool]) -> Callable[[Sequence[Any], Sequence[Any]], int]:
    """Return how many of the marks are true."""
    return lambda items, records: sum(marks(items, records))


def average(values: Inputs[float]) -> Callable[[Sequence[Any], Sequence[Any]], float]:
    """Return the mean of the values."""

    def mean_value(items: Sequence[Any], records: Sequence[Any]) -> float:
        entries = values(items, records)
        return sum(entries) / len(entries)

    return mean_value
