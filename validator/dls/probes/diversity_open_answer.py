"""`diversity.open_answer`: questions with many right answers, where an honest model spreads over them."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe, Row
from dls.probes.shared.data_files import drawn, field, refuse_repeated, refused
from dls.probes.shared.data_files import text as text_of
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.vocabulary import ANIMALS, COLOURS, DAYS, FOODS, TOWNS

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


FILE_FORM = '{"question": "…", "valid": ["…", "…"]}: answers in small letters, each as good as any other, none the beginning of another'


class OpenItem(msgspec.Struct, frozen=True):
    """An open question; every one of `valid` is as good an answer as any other."""

    id: str
    question: str
    valid: tuple[str, ...]


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[OpenItem, ...]:
    """Return ``n`` open questions, the sets in turn, each with one answer ruled out."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> OpenItem:
    asked, values = SETS[index % len(SETS)]
    excluded = draw.choice(values)
    return OpenItem(
        id=f"{index:06d}",
        question=phrase(index // len(SETS), f"{asked} do you pick, but not {excluded}", phrasings),
        valid=tuple(value for value in values if value != excluded),
    )


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[OpenItem, ...]:
    """Return ``n`` questions of a file with the fields `question` and `valid`, a list of answers that are all as good.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two ask the same.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    refuse_repeated(rows, "question")
    return tuple(known[row["line"]] for row in drawn(probe, rows, seed, n))


def _item_of_row(row: Row) -> OpenItem:
    valid = field(row, "valid", tuple[str, ...])
    if not _told_apart(valid):
        raise refused(
            row, f"has {valid} as `valid`; it is two answers or more in small letters, none the beginning of another"
        )
    return OpenItem(f"{row['line']:06d}", text_of(row, "question"), valid)


def _told_apart(valid: Sequence[str]) -> bool:
    """Whether answers add up in probability and are found in what is said: that is compared in small letters, plain at its ends."""
    plain = all(spoken(one, valid) == one != "" for one in valid)
    begins = any(one.startswith(other) for i, one in enumerate(valid) for j, other in enumerate(valid) if i != j)
    return plain and len(valid) > 1 and not begins


SAMPLES = 16


class OpenRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the valid answers as the item lists them, and sixteen sampled answers."""

    id: str
    logprobs: tuple[LogProbability, ...]
    answers: tuple[str, ...]


@lru_cache(maxsize=1 << 14)  # sixteen answers an item, most of them said before, read by every metric
def spoken(text: str, values: Sequence[str]) -> str:
    """Return the first of the values that a text names, else the text itself without case, space and full stop."""
    plain = text.lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return next((word for word in words if word in values), plain.strip(" .\n"))


def _failed(item: OpenItem) -> OpenRecord:
    return OpenRecord(item.id, tuple(-50.0 for _ in item.valid), ("",) * SAMPLES)


def _masses(_items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    return [min(sum(map(math.exp, record.logprobs)), 1.0) for record in records]


def _entropies(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    """Return, for every item, the entropy over the valid answers, normalised to [0, 1], times their mass."""
    found = []
    for mass, record in zip(_masses(items, records), records, strict=True):
        weights = [math.exp(value) for value in record.logprobs]
        total = sum(weights)
        shares = [weight / total for weight in weights if weight > 0]
        entropy = -sum(share * math.log(share) for share in shares) / math.log(len(record.logprobs))
        found.append(min(max(entropy, 0.0), 1.0) * mass)
    return found


@lru_cache(maxsize=1 << 14)  # both models' records of eight thousand units, read by every metric
def _counts(item: OpenItem, record: OpenRecord) -> tuple[int, ...]:
    """Return how often each different valid answer was given."""
    said = [spoken(text, item.valid) for text in record.answers]
    return tuple(Counter(value for value in said if value in item.valid).values())


def _validity(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    return [sum(_counts(item, record)) / SAMPLES for item, record in zip(items, records, strict=True)]


def _distinct(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    return [float(max(len(_counts(item, record)), 1)) for item, record in zip(items, records, strict=True)]


def _collisions(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    """Return the unbiased collision probability among the sampled answers, every invalid one counting as the same."""
    found = []
    for item, record in zip(items, records, strict=True):
        counts = _counts(item, record)
        counts = (*counts, SAMPLES - sum(counts))
        found.append(sum(count * (count - 1) for count in counts) / (SAMPLES * (SAMPLES - 1)))
    return found


def _vendi(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> list[float]:
    """Return 1 / Σ share² over the valid answers of every item: its Vendi score of order 2; 1 where there is none."""
    found = []
    for item, record in zip(items, records, strict=True):
        counts = _counts(item, record)
        found.append(sum(counts) ** 2 / sum(count**2 for count in counts) if counts else 1.0)
    return found


def _mean_validity(items: Sequence[OpenItem], records: Sequence[OpenRecord]) -> float:
    validity = _validity(items, records)
    return sum(validity) / len(validity)


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="diversity",
    title="Open questions with many right answers: the exact spread over them, and sixteen samples of each",
    items=items,
    record=OpenRecord,
    failed=_failed,
    measures=(
        Measure("valid_answer_entropy", _entropies),
        Measure("valid_answer_mass", _masses),
        Measure("answer_validity", _validity),
        Measure("distinct_16", _distinct),
        Measure("collision_probability", _collisions),
        Measure("effective_answers", _collisions),
        Measure("vendi_2", _vendi),
    ),
    checks=(Check("answer_validity", _mean_validity),),
    from_rows=partial(items_from_rows, ID),
    file_form=FILE_FORM,
)
