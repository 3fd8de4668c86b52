"""Items with four written-out options, their records, and the numbers that probes measure from these."""

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from dls.draw import Draw
from dls.probe import LogProbability
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.questions import OPTIONS, Question

NOISE = 1e-4  # nats by which an honest run in fp32 may move a log-probability


class ChoiceItem(msgspec.Struct, frozen=True):
    """A question with options; `answer` is the place of the right one in `options`."""

    id: str
    kind: str
    level: int
    context: str
    question: str
    options: tuple[str, ...]
    answer: int

    def prompt(self, rotation: int = 0) -> str:
        """Return the user's turn with the options moved ``rotation`` places to the left."""
        shown = self.options[rotation:] + self.options[:rotation]
        return f"{self.context} {self.question} options: {', '.join(shown)}.".lstrip()


def phrased(question: Question, index: int, phrasings: Phrasings = PHRASINGS) -> Question:
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


class ChoiceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`logprobs[r][k]` is the log-probability, in nats, of option k of the item when rotation r was shown."""

    id: str
    logprobs: tuple[tuple[LogProbability, ...], ...]


class Answer(msgspec.Struct, frozen=True):
    """What a record comes to: probabilities of the options, averaged over the rotations, and the mass they share."""

    probabilities: tuple[float, ...]
    mass: float
    right: int

    @property
    def chosen(self) -> int:
        """The option with the highest probability, the first of equals."""
        return self.probabilities.index(max(self.probabilities))

    @property
    def confidence(self) -> float:
        """The probability of the chosen option."""
        return max(self.probabilities)

    @property
    def correct(self) -> float:
        """1 where the chosen option is the right one, else 0."""
        return float(self.chosen == self.right)


@lru_cache(maxsize=1 << 14)  # both models' records of eight thousand units, read by every metric
def answer(item: ChoiceItem, record: ChoiceRecord) -> Answer:
    """Return the answer of a record: the softmax over the options in every rotation, then the mean."""
    shares = [_shares(values) for values in record.logprobs]
    mean = tuple(sum(column) / len(shares) for column in zip(*shares, strict=True))
    mass = sum(math.exp(value) for values in record.logprobs for value in values) / len(shares)
    return Answer(mean, mass, item.answer)


def _shares(logprobs: Sequence[float]) -> list[float]:
    """Return the softmax; what is left out of it by the likeliest option is never lost to underflow."""
    top = max(logprobs)
    weights = [math.exp(value - top) for value in logprobs]
    total = sum(weights)
    return [weight / total for weight in weights]


def failed(item: ChoiceItem, rotations: int) -> ChoiceRecord:
    """Return the worst record: a wrong option, held for certain (e^−50 is what is left for the others)."""
    wrong = (item.answer + 1) % len(item.options)
    return ChoiceRecord(
        item.id, tuple(tuple(0.0 if k == wrong else -50.0 for k in range(len(item.options))) for _ in range(rotations))
    )


def answers(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[Answer]:
    """Return every item's answer."""
    return [answer(item, record) for item, record in zip(items, records, strict=True)]


def correct(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[float]:
    """Return 1 for every right answer, else 0."""
    return [found.correct for found in answers(items, records)]


def accuracy(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> float:
    """Return the share of right answers: the validity check of confidence in them."""
    right = correct(items, records)
    return sum(right) / len(right)


def near_ties(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> int:
    """Count the items whose two most probable options lie less than twice the numeric tolerance apart, in nats."""
    tops = (sorted(found.probabilities)[-2:] for found in answers(items, records))
    return sum(math.log(first) - math.log(second) < 2 * NOISE for second, first in tops if second > 0)


def squared_error(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[float]:
    """Return (confidence − correct)² of every item: the top-label Brier score's terms, in [0, 1]."""
    return [(found.confidence - found.correct) ** 2 for found in answers(items, records)]


def surprise(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[float]:
    """Return −log of the right option's probability, in nats."""
    return [-math.log(max(found.probabilities[found.right], math.exp(-50))) for found in answers(items, records)]


def gap(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[float]:
    """Return confidence − correct of every item, in [−1, 1]."""
    return [found.confidence - found.correct for found in answers(items, records)]


def confidence_and_correct(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[tuple[float, float]]:
    """Return (confidence, correct) of every item."""
    return [(found.confidence, found.correct) for found in answers(items, records)]


def mass(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> list[float]:
    """Return the probability that the model gives to the four options together, of every item."""
    return [min(found.mass, 1.0) for found in answers(items, records)]


def mean_mass(items: Sequence[ChoiceItem], records: Sequence[ChoiceRecord]) -> float:
    """Return the mean mass of the options: the validity check of option scoring."""
    masses = mass(items, records)
    return sum(masses) / len(masses)


def lost(items: Sequence[ChoiceItem], teacher: Sequence[ChoiceRecord], student: Sequence[ChoiceRecord]) -> list[float]:
    """Return 1 for every item that the teacher has right and the student wrong, else 0."""
    return [float(t > s) for t, s in zip(correct(items, teacher), correct(items, student), strict=True)]


def gained(
    items: Sequence[ChoiceItem], teacher: Sequence[ChoiceRecord], student: Sequence[ChoiceRecord]
) -> list[float]:
    """Return 1 for every item that the student has right and the teacher wrong, else 0."""
    return lost(items, student, teacher)


def agreed(
    items: Sequence[ChoiceItem], teacher: Sequence[ChoiceRecord], student: Sequence[ChoiceRecord]
) -> list[float]:
    """Return 1 for every item for which both models choose the same option, right or wrong, else 0."""
    pairs = zip(answers(items, teacher), answers(items, student), strict=True)
    return [float(one.chosen == other.chosen) for one, other in pairs]
