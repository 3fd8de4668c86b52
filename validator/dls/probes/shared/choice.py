"""Items with four written-out options, their records, and the numbers of each unit that probes hand to the formulas."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from dls.draw import Draw
from dls.probe import LogProbability, Shot
from dls.probes.shared.masses import one_hot
from dls.probes.shared.per_item import average, of_both_models
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.questions import OPTIONS, Question
from dls.standard.numbers import NOISE


class ChoiceItem(msgspec.Struct, frozen=True):
    """A question with options; `answer` is the index of the right one in `options`."""

    id: str
    kind: str
    level: int
    context: str
    question: str
    options: tuple[str, ...]
    answer: int

    def prompt(self, rotation: int = 0) -> str:
        """Return the user's turn with the options moved ``rotation`` places to the left."""
        options = self.options[rotation:] + self.options[:rotation]
        return f"{self.context} {self.question} options: {', '.join(options)}.".lstrip()


def phrase_question(question: Question, index: int, phrasings: Phrasings = PHRASINGS) -> Question:
    """Put the question in the ``index``-th phrasing."""
    return question._replace(text=phrase(index, question.text, phrasings))


def choice_item(draw: Draw, index: int, kind: str, level: int, question: Question) -> ChoiceItem:
    """Make an item of a question; the draw decides where the right option stands."""
    order = draw.shuffled(range(OPTIONS))
    return ChoiceItem(
        id=f"{index:06d}",
        kind=kind,
        level=level,
        context=question.context,
        question=question.text,
        options=tuple(question.options[i] for i in order),
        answer=order.index(0),
    )


def shot(item: ChoiceItem) -> Shot:
    """Solve a question."""
    return Shot("", item.prompt(), item.options[item.answer])


class ChoiceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`logprobs[r][k]` is the log-probability, in nats, of option k of the item when rotation r was shown."""

    id: str
    logprobs: tuple[tuple[LogProbability, ...], ...]


class ChoiceAnswer(msgspec.Struct, frozen=True, gc=False):
    """The answer of a record.

    Attributes:
        probabilities: of the options, averaged over rotations. mass: of all options. right: the right option's index.
        choice: the option with the highest probability, the first of equals. confidence: its probability.
        correct: 1 where it is the right option, otherwise 0.

    """

    probabilities: tuple[float, ...]
    mass: float
    right: int
    choice: int
    confidence: float
    correct: float


@lru_cache(maxsize=1 << 18)  # both models' records of a hundred thousand units, read by every metric
def choice_answer(item: ChoiceItem, record: ChoiceRecord) -> ChoiceAnswer:
    """Return the answer of a record: the softmax over the options in each rotation, then the mean."""
    return _answer(item, record)


def _answer(item: ChoiceItem, record: ChoiceRecord) -> ChoiceAnswer:
    shares = [softmax(values) for values in record.logprobs]
    mean = (
        tuple(shares[0]) if len(shares) == 1 else tuple([sum(row) / len(shares) for row in zip(*shares, strict=True)])
    )
    mass = sum([math.exp(value) for values in record.logprobs for value in values]) / len(shares)
    confidence = max(mean)
    choice = mean.index(confidence)
    return ChoiceAnswer(mean, mass, item.answer, choice, confidence, float(choice == item.answer))


def softmax(logprobs: Sequence[float]) -> list[float]:
    """Return the softmax, without underflow of the less likely options."""
    top = max(logprobs)
    weights = [math.exp(value - top) for value in logprobs]
    total = sum(weights)
    return [weight / total for weight in weights]


def failed(item: ChoiceItem, rotations: int) -> ChoiceRecord:
    """Return the worst record: all of the mass lies on a wrong option (each other option has e^−50)."""
    wrong = (item.answer + 1) % len(item.options)
    return ChoiceRecord(item.id, (one_hot(wrong, len(item.options)),) * rotations)


Items = Sequence[ChoiceItem]
Records = Sequence[ChoiceRecord]


class _Same:
    """A tuple that equals itself alone, so that a hundred thousand records are looked up at once."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.values is other.values

    def __hash__(self) -> int:
        return id(self.values)


def answers(items: Items, records: Records) -> Sequence[ChoiceAnswer]:
    """Return the answer of each item."""
    if isinstance(items, tuple) and isinstance(records, tuple):
        return _answers(_Same(items), _Same(records))
    return [choice_answer(item, record) for item, record in zip(items, records, strict=True)]


@lru_cache(maxsize=2)  # both models' records, read by every metric
def _answers(items: _Same, records: _Same) -> tuple[ChoiceAnswer, ...]:
    shapes = {(len(record.logprobs), len(record.logprobs[0])) for record in records.values}
    if len(shapes) == 1 and len({len(row) for record in records.values for row in record.logprobs}) == 1:
        return _answers_at_once([item.answer for item in items.values], [record.logprobs for record in records.values])
    return tuple(_answer(item, record) for item, record in zip(items.values, records.values, strict=True))


def _answers_at_once(right: Sequence[int], logprobs: Sequence[Sequence[Sequence[float]]]) -> tuple[ChoiceAnswer, ...]:
    """Return the answers of `_answer` for records of one shape, [items, rotations, options]."""
    import numpy as np  # start-up: the probes' items and records need none of it

    values = np.array(logprobs, dtype=np.float64)
    weights = np.exp(values - values.max(axis=2, keepdims=True))
    mean = (weights / weights.sum(axis=2, keepdims=True)).mean(axis=1)
    mass, choice = np.exp(values).sum(axis=(1, 2)) / values.shape[1], mean.argmax(axis=1)
    parts = (mass, right, choice, mean.max(axis=1), (choice == np.array(right)).astype(np.float64))
    return tuple(map(ChoiceAnswer, map(tuple, mean.tolist()), *(np.asarray(part).tolist() for part in parts)))


def correct(items: Items, records: Records) -> list[float]:
    """Return 1 for each right answer, otherwise 0."""
    return [answer.correct for answer in answers(items, records)]


def choices(items: Items, records: Records) -> list[int]:
    """Return the option that the model chooses, of each item."""
    return [answer.choice for answer in answers(items, records)]


def confidence(items: Items, records: Records) -> list[float]:
    """Return the probability of the model's choice, of each item."""
    return [answer.confidence for answer in answers(items, records)]


def confidence_and_correct(items: Items, records: Records) -> list[tuple[float, float]]:
    """Return (confidence, correct) of each item."""
    return [(answer.confidence, answer.correct) for answer in answers(items, records)]


def probability_of_right(items: Items, records: Records) -> list[tuple[float]]:
    """Return the right option's probability, of each item."""
    return [(answer.probabilities[answer.right],) for answer in answers(items, records)]


def probabilities_and_right(items: Items, records: Records) -> list[tuple[tuple[float, ...], int]]:
    """Return the probabilities of all options and the index of the right one, of each item."""
    return [(answer.probabilities, answer.right) for answer in answers(items, records)]


def mass(items: Items, records: Records) -> list[float]:
    """Return the total probability of the four options, of each item."""
    return [min(answer.mass, 1.0) for answer in answers(items, records)]


def both_logprobs(
    _items: Items, teacher: Records, student: Records
) -> list[tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]]:
    """Return the teacher's and the student's log-probabilities of each item, in nats, each [rotations, options]."""
    return [(first.logprobs, second.logprobs) for first, second in zip(teacher, student, strict=True)]


def near_ties(items: Items, records: Records) -> int:
    """Count the items whose two most probable options lie less than twice the numeric tolerance apart, in nats."""
    tops = (sorted(answer.probabilities)[-2:] for answer in answers(items, records))
    return sum(math.log(first) - math.log(second) < 2 * NOISE for second, first in tops if second > 0)


accuracy = average(correct)
"""The validity check of confidence in answers: the share of right ones."""
mean_mass = average(mass)
"""The validity check of option scoring: the mean mass of the options."""
both_correct = of_both_models(correct)
both_choices = of_both_models(choices)
