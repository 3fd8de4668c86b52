"""`diversity.open_answer`: questions with many right answers, over which an honest model spreads."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Annotated

import msgspec

from dls.access_level import FROM_SAMPLES
from dls.draw import Draw
from dls.metrics.diversity import collision_probability
from dls.probe import SHOT_SEED, Check, LogProbability, MakeItems, Measure, Probe, Row, Shot
from dls.probes.shared.answers import words
from dls.probes.shared.data_files import field, row_error, sampled_items
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.hidden_words import Kind, closed_kind, has_other_scripts, values_in
from dls.probes.shared.per_item import average, by_item, by_record, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.prefix_free import is_prefix_free
from dls.probes.shared.vocabulary import ANIMALS, COLOURS, DAYS, FOODS, TOWNS
from dls.standard.numbers import LOWEST_NATS

ID = "diversity.open_answer"
DIGITS = tuple(map(str, range(1, 10)))
SETS = (
    ("which colour", COLOURS),
    ("which town", TOWNS),
    ("which food", FOODS),
    ("which animal", ANIMALS),
    ("which day", DAYS),
    ("which number from 1 to 9", DIGITS),
)
_NUMBERS = tuple(map(str, range(100)))
_KINDS = (*(values for _, values in SETS[:-1]), _NUMBERS)
"""All values of each set's kind; a number beyond the set is one, and no valid answer."""


FILE_FORM = (
    '{"question": "…", "valid": ["…", "…"]}: answers in small letters, each as good as the others, '
    "none the beginning of another"
)


class OpenItem(msgspec.Struct, frozen=True):
    """An open question; all answers in `valid` are equally good."""

    id: str
    question: str
    valid: tuple[str, ...]


def _item(draw: Draw, index: int, phrasings: Phrasings) -> OpenItem:
    question, values = SETS[index % len(SETS)]
    exception = draw.choice(values)
    return OpenItem(
        id=f"{index:06d}",
        question=phrase(index // len(SETS), f"{question} do you pick, but not {exception}", phrasings),
        valid=tuple(value for value in values if value != exception),
    )


items = numbered(ID, _item)
"""Open questions, the sets in turn, each with one answer ruled out."""


def shots(make: MakeItems) -> list[Shot]:
    """Pick one of the valid answers to each of six questions."""
    return [
        Shot("", item.question, Draw("frame", SHOT_SEED, index).choice(item.valid))
        for index, item in enumerate(make(SHOT_SEED, 6))
    ]


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[OpenItem, ...]:
    """Return ``n`` questions of a file with the fields `question` and `valid`, a list of equally good answers.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same question.
    """
    return sampled_items(probe, rows, seed, n, _item_of_row, "question")


def _item_of_row(row: Row) -> OpenItem:
    valid = field(row, "valid", tuple[str, ...])
    if not _are_answers(valid):
        raise row_error(
            row, f"has {valid} as `valid`; wanted two answers or more in small letters, none the beginning of another"
        )
    return OpenItem(f"{row['line']:06d}", text_of(row, "question"), valid)


def _are_answers(valid: Sequence[str]) -> bool:
    """Return whether the answers' probabilities add up, and each is in small letters and names itself alone."""
    if len(valid) <= 1 or not all(map(words, valid)) or not is_prefix_free(valid):
        return False
    kind = closed_kind(valid)
    return all(value == value.lower() and values_in(value, kind, "") == {value} for value in valid)


SAMPLES = 16


class OpenRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the valid answers in the item's order, and sixteen sampled answers.

    `ended[k]`: the model ended answer k itself.
    """

    id: str
    logprobs: tuple[LogProbability, ...]
    answers: Annotated[tuple[str, ...], FROM_SAMPLES]
    ended: Annotated[tuple[bool, ...], FROM_SAMPLES]

    def __post_init__(self) -> None:
        """Refuse another number of answers, or of their ends."""
        if not len(self.answers) == len(self.ended) == SAMPLES:
            raise ValueError(f"{len(self.answers)} answers and {len(self.ended)} marks of their ends are not {SAMPLES}")


@lru_cache(maxsize=1 << 14)  # sixteen answers an item, most of them repeats
def valid_answer(item: OpenItem, text: str) -> str | None:
    """Return the valid answer that a whole text names, where it names no other value of the kind, otherwise None."""
    values = values_in(text, _kind(item.valid), item.question)
    if len(values) > 1 or not values <= set(item.valid) or has_other_scripts(text, item.question):
        return None
    return next(iter(values), None)


@lru_cache(maxsize=1 << 10)
def _kind(valid: tuple[str, ...]) -> Kind:
    """Return the kind of the valid answers: that of their set where they belong to one, of which some are ruled out."""
    values = next((values for values in _KINDS if set(valid) <= set(values)), ())
    return closed_kind(tuple(dict.fromkeys((*valid, *values))))


def _failed(item: OpenItem) -> OpenRecord:
    return OpenRecord(item.id, tuple(LOWEST_NATS for _ in item.valid), ("",) * SAMPLES, (True,) * SAMPLES)


def _logprobs(record: OpenRecord) -> tuple[tuple[float, ...]]:
    return (record.logprobs,)


@lru_cache(maxsize=1 << 14)  # both models' records of eight thousand units, read by each metric
def _counts(item: OpenItem, record: OpenRecord) -> tuple[int, ...]:
    """Return how often each different valid answer was sampled, whole and with an end."""
    samples = zip(record.answers, record.ended, strict=True)
    answers = [valid_answer(item, text) for text, has_end in samples if has_end]
    return tuple(Counter(answer for answer in answers if answer is not None).values())


def _valid_counts(item: OpenItem, record: OpenRecord) -> tuple[tuple[int, ...]]:
    return (_counts(item, record),)


def _all_counts(item: OpenItem, record: OpenRecord) -> tuple[tuple[int, ...]]:
    """Return how often each different answer was sampled; all invalid ones count as one answer."""
    counts = _counts(item, record)
    return ((*counts, SAMPLES - sum(counts)),)


def _valid_of_all(item: OpenItem, record: OpenRecord) -> tuple[int, int]:
    return sum(_counts(item, record)), SAMPLES


def _collisions(item: OpenItem, record: OpenRecord) -> float:
    return collision_probability(*_all_counts(item, record))


def _validity(item: OpenItem, record: OpenRecord) -> float:
    return sum(_counts(item, record)) / SAMPLES


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="diversity",
    title="Open questions with many right answers: the exact spread over them, and sixteen samples of each",
    items=items,
    record=OpenRecord,
    failed=_failed,
    shots=partial(shots, items),
    measures=(
        Measure("valid_answer_entropy", by_record(_logprobs)),
        Measure("valid_answer_mass", by_record(_logprobs)),
        Measure("answer_validity", by_item(_valid_of_all)),
        Measure("distinct_16", by_item(_valid_counts)),
        Measure("collision_probability", by_item(_all_counts)),
        Measure("effective_answers", by_item(_collisions)),
        Measure("vendi_2", by_item(_valid_counts)),
    ),
    checks=(Check("answer_validity", average(by_item(_validity))),),
    from_rows=partial(items_from_rows, ID),
    file_form=FILE_FORM,
)
