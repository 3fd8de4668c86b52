"""`grounding.worlds`: numbered texts about invented people; the answer and its source stand in one of them."""

import re
from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Check, Divergence, LogProbability, Measure, Probability, Probe, Row
from dls.probes.shared import ties
from dls.probes.shared.answers import CONFIDENCE, VALUES, first_named, values_beside, words
from dls.probes.shared.data_files import drawn, field, refused, text
from dls.probes.shared.masses import LOWEST, mean, sigmoid
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES

ID = "grounding.worlds"
DISTRACTORS = (0, 2, 6)
_CITED = re.compile(r"\[ ?([0-9]{1,4}) ?\]")


class WorldItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question to a numbered text; `source` is the number of the sentence that answers it, `other` a value of another one.

    An item of a file may be about anything; `values` are then the answers that are looked for.
    """

    id: str
    distractors: int
    context: str
    question: str
    answer: str
    other: str
    source: int
    values: tuple[str, ...] = ()

    def sought(self) -> tuple[str, ...]:
        """Return the one-word answers of the kind asked for."""
        return self.values or values_beside(self.answer)

    def unsupported(self) -> frozenset[str]:
        """Return the values that the context does not hold."""
        return (frozenset(self.values) or VALUES) - frozenset(words(self.context))


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[WorldItem, ...]:
    """Return ``n`` worlds with none, two or six distracting sentences in turn."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> WorldItem:
    distractors = DISTRACTORS[index % len(DISTRACTORS)]
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, distractors + 1)
    answer, other = draw.sample(attribute.values, 2)
    values = [answer, *(draw.choice([v for v in attribute.values if v != answer]) for _ in names[1:])]
    facts = draw.shuffled([attribute.state(name, value) for name, value in zip(names, values, strict=True)])
    source = 1 + facts.index(attribute.state(names[0], answer))
    return WorldItem(
        id=f"{index:06d}",
        distractors=distractors,
        context=" ".join(f"[{number}] {fact}" for number, fact in enumerate(facts, 1)),
        question=phrase(index // len(DISTRACTORS), f"{attribute.ask(names[0])}, and which source says so", phrasings),
        answer=answer,
        other=values[1] if distractors else other,
        source=source,
    )


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[WorldItem, ...]:
    """Return ``n`` questions of a file with the fields `sources`, `question`, `answer`, `other`, `values` and `source`.

    No source is in two items: the first rows, in the order that the seed gives, of which this is true.

    Raises:
        DlsError: there are fewer rows, or one is not of this form.
    """
    known = {row["line"]: _item_of_row(row) for row in rows}
    chosen: list[WorldItem] = []
    shown: set[str] = set()
    for row in drawn(ID, rows, seed, len(rows)):
        if shown.isdisjoint(row["sources"]):
            shown.update(row["sources"])
            chosen.append(known[row["line"]])
    if n > len(chosen):
        raise DlsError(
            f"{ID} was asked for {n} units, and its file has {len(chosen)} without a source in common; ask for fewer with --n"
        )
    return tuple(chosen[:n])


def _item_of_row(row: Row) -> WorldItem:
    sources, source = field(row, "sources", tuple[str, ...]), field(row, "source", int)
    answer, other = field(row, "answer", str), field(row, "other", str)
    values = tuple(dict.fromkeys((answer, other, *field(row, "values", tuple[str, ...]))))
    if answer == other or any(words(value) != [value] for value in values):
        raise refused(row, f"has {', '.join(map(repr, values))} as answers; each is another word in small letters")
    if [k for k, one in enumerate(sources, 1) if answer in words(one)] != [source] or len(sources) == 1:
        raise refused(
            row,
            f"has {len(sources)} `sources`; of two or more, {answer!r} stands in the one that `source` counts to, from 1",
        )
    context = " ".join(f"[{number}] {told}" for number, told in enumerate(sources, 1))
    if set(values) <= set(words(context)):
        raise refused(
            row, "has no answer among its `values` that no source holds; without one nothing can be unsupported"
        )
    return WorldItem(
        f"{row['line']:06d}", len(sources) - 1, context, text(row, "question"), answer, other, source, values
    )


class WorldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the right value and of the competing one, and the greedy answer with its confidence.

    `gap`: how far, in nats, the two likeliest tokens lie apart at the closest place of the greedy answer.
    """

    id: str
    answer: LogProbability
    other: LogProbability
    text: str
    confidence: Probability
    gap: Divergence


Items = Sequence[WorldItem]
Records = Sequence[WorldRecord]


def _failed(item: WorldItem) -> WorldRecord:
    return WorldRecord(item.id, LOWEST, 0.0, "", 0.0, -LOWEST)


def _margins(_items: Items, records: Records) -> list[float]:
    return [sigmoid(record.answer - record.other) for record in records]


def _right(items: Items, records: Records) -> list[float]:
    """Return 1 where the first value that the answer names is the right one, else 0."""
    return [
        float(first_named(record.text, item.sought()) == item.answer)
        for item, record in zip(items, records, strict=True)
    ]


def _right_with_distractors(items: Items, records: Records) -> list[float]:
    return [right for item, right in zip(items, _right(items, records), strict=True) if item.distractors]


def _near_ties(_items: Items, records: Records) -> int:
    return sum(ties.near(record.gap, 0.0) for record in records)


def _near_ties_with_distractors(items: Items, records: Records) -> int:
    return sum(ties.near(r.gap, 0.0) for item, r in zip(items, records, strict=True) if item.distractors)


def cited(text: str) -> frozenset[int]:
    """Return the numbers of the sentences that an answer cites, written ``[2]``."""
    return frozenset(map(int, _CITED.findall(text)))


def _precision(items: Items, records: Records) -> list[float]:
    found = [(item.source, cited(record.text)) for item, record in zip(items, records, strict=True)]
    return [float(source in sources) / max(len(sources), 1) for source, sources in found]


def _recall(items: Items, records: Records) -> list[float]:
    return [float(item.source in cited(record.text)) for item, record in zip(items, records, strict=True)]


def _unsupported(items: Items, records: Records) -> list[float]:
    """Return 1 for every answer that names a value which the context does not hold, else 0."""
    return [
        float(not item.unsupported().isdisjoint(words(record.text)))
        for item, record in zip(items, records, strict=True)
    ]


def _answered(items: Items, records: Records) -> float:
    """Return the share of answers that open with a value of the kind asked for, right or wrong.

    The margin is between two such openings: whoever ends at once or opens otherwise has one that nobody gets to see.
    """
    openings = [(words(record.text) or [""])[0] for record in records]
    return mean([float(one in item.sought()) for item, one in zip(items, openings, strict=True)])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="grounding",
    title="Numbered texts about invented people: the answer, its source, and texts that distract",
    items=items,
    record=WorldRecord,
    failed=_failed,
    measures=(
        Measure("context_margin", _margins),
        Measure("context_accuracy", _right, near_ties=_near_ties),
        Measure("citation_precision", _precision),
        Measure("citation_recall", _recall),
        Measure("distractor_robustness", _right_with_distractors, near_ties=_near_ties_with_distractors),
        Measure("unsupported_claim_rate", _unsupported),
    ),
    checks=(Check("answered", _answered), CONFIDENCE),
    from_rows=from_rows,
    file_form=(
        '{"sources": ["…", "…"], "question": "…", "answer": "…", "other": "…", "values": ["…"], "source": 1}: the answer stands in '
        "one source, which `source` counts to, from 1; `other` is what is taken for it, `values` are further answers that are "
        "looked for, one of them in no source; each answer is one word in small letters"
    ),
)
