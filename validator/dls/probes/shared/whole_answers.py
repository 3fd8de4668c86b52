"""A whole answer: not only how it opens, but every value of a kind that stands anywhere in it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec

from dls.access_level import FROM_SAMPLES
from dls.probe import Divergence, Measure
from dls.probes.shared import ties
from dls.probes.shared.hidden_words import Kind, has_other_scripts, values_in
from dls.probes.shared.per_item import by_item, by_record, first_variant, second_variant
from dls.standard.numbers import LOWEST_NATS

END_OF_THOUGHT = "</think>"
"""The end of the thinking part in a record, whatever tag the model has."""


class WholeAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as it was generated, up to its own end or to the limit on new tokens.

    `ended`: the model ended it itself. `gap`: the distance, in nats, between the two best tokens at the closest place;
    of a sampled answer with the noise that drew it. A thought before it, where the profile let the model think, stands
    in the text up to `END_OF_THOUGHT`.
    """

    text: str
    ended: bool
    gap: Divergence

    @property
    def after_thought(self) -> str:
        """The text behind the thinking part, where there is one."""
        _, end, answer = self.text.partition(END_OF_THOUGHT)
        return answer if end else self.text


class TextPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greedy answer and one that is sampled at temperature 1."""

    greedy: WholeAnswer
    sampled: Annotated[WholeAnswer, FROM_SAMPLES]


def failed_texts(text: str) -> TextPair:
    """Return the answers of a model that says this where it is the worst that it can say."""
    answer = WholeAnswer(text, ended=True, gap=-LOWEST_NATS)
    return TextPair(answer, answer)


class AnswerReading(NamedTuple):
    """What a program looks for in the answers to one item.

    Attributes:
        kind: the values that count.
        right: the value that has to be named, and no other; None where none may be.
        prompt: all that the model was given to read.
        reads_thought: whether the thinking part is read as well.

    """

    kind: Kind
    right: str | None
    prompt: str
    reads_thought: bool = False

    def values_in(self, answer: WholeAnswer) -> frozenset[str]:
        """Return the names of the values that an answer holds anywhere."""
        return values_in(self._text(answer), self.kind, self.prompt)

    def holds(self, answer: WholeAnswer) -> bool:
        """Whether an answer ends by itself, in the prompt's scripts, and names exactly the right value or none."""
        values = frozenset() if self.right is None else frozenset({self.right})
        is_right = answer.ended and self.values_in(answer) == values
        return is_right and not has_other_scripts(self._text(answer), self.prompt)

    def _text(self, answer: WholeAnswer) -> str:
        return answer.text if self.reads_thought else answer.after_thought


def twin_whole(
    reading: Callable[[Any], AnswerReading], texts: Callable[[Any], TextPair] = lambda record: record.texts
) -> Measure:
    """Return the measure of contrast pairs whose four answers are all right as a whole.

    Args:
        reading: of an item.
        texts: the answers in a record.
    """

    def holds(item: Any, record: Any) -> bool:
        rule, pair = reading(item), texts(record)
        return rule.holds(pair.greedy) and rule.holds(pair.sampled)

    def near(record: Any) -> bool:
        pair = texts(record)
        return ties.near(pair.greedy.gap, 0.0) or ties.near(pair.sampled.gap, 0.0)

    return Measure("twin_whole", _in_both(by_item(holds)), "cluster", lambda items, r: sum(_in_either(near)(items, r)))


def _in_both(marks: Callable[[Sequence[Any], Sequence[Any]], list[bool]]) -> Callable[..., list[float]]:
    """Return 1 for each contrast pair of which both items have the mark, otherwise 0."""
    first, second = first_variant(marks), second_variant(marks)
    return lambda items, records: [
        float(a and b) for a, b in zip(first(items, records), second(items, records), strict=True)
    ]


def _in_either(mark: Callable[[Any], bool]) -> Callable[..., list[bool]]:
    """Return, for each contrast pair, whether a record of it has the mark."""
    marks = by_record(mark)
    first, second = first_variant(marks), second_variant(marks)
    return lambda items, records: [a or b for a, b in zip(first(items, records), second(items, records), strict=True)]
