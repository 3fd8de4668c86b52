"""`boundary.edits`: one question with options in six spellings that mean the same."""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, Measure, Probe, Row
from dls.probes.shared import ties
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls.probes.shared.choice_file import items_from_rows
from dls.probes.shared.data_files import refused, text
from dls.probes.shared.masses import certain, mass, mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.questions import KINDS, OPTIONS

ID = "boundary.edits"
EDITS = ("other phrasing", "options in another order", "a polite end", "capitals", "wide spaces")
_OTHER = 7  # phrasings further on


class EditItem(msgspec.Struct, frozen=True):
    """A question with options; `prompts` holds it as it is, then after each edit alone; `answer` is a place in `options`."""

    id: str
    kind: str
    prompts: tuple[str, ...]
    options: tuple[str, ...]
    answer: int


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[EditItem, ...]:
    """Return ``n`` questions of level 1, the kinds in turn, each with its five edits."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> EditItem:
    kind, ask = KINDS[index % len(KINDS)]
    question = ask(draw, 1)
    order = draw.shuffled(range(OPTIONS))
    options = tuple(question.options[place] for place in order)
    turn = draw.between(1, OPTIONS - 1)
    stratum = index // len(KINDS)

    def prompt(shown: Sequence[str], phrasing: int) -> str:
        asked = phrase(phrasing, question.text, phrasings)
        return f"{question.context} {asked} options: {', '.join(shown)}.".lstrip()

    plain = prompt(options, stratum)
    edited = (
        prompt(options, stratum + _OTHER),
        prompt(options[turn:] + options[:turn], stratum),
        f"{plain} please give a short answer.",
        _capitals(plain),
        plain.replace(" ", "  "),
    )
    return EditItem(f"{index:06d}", kind, (plain, *edited), options, order.index(0))


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[EditItem, ...]:
    """Return ``n`` questions of a file of choices, each with its edits; `other` of a row is its question in other words.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two ask the same.
    """
    for row in rows:
        if text(row, "other") == text(row, "question"):
            raise refused(row, "has the same words as `question` and as `other`")
    others = {f"{row['line']:06d}": row["other"] for row in rows}
    return tuple(_edited(asked, others[asked.id], seed) for asked in items_from_rows(ID, rows, seed, n))


def _edited(asked: ChoiceItem, other: str, seed: int) -> EditItem:
    plain, turn = asked.prompt(), Draw(ID, "turn", seed, asked.id).between(1, OPTIONS - 1)
    edited = (
        msgspec.structs.replace(asked, question=other).prompt(),
        asked.prompt(turn),
        f"{plain} please give a short answer.",
        _capitals(plain).replace(" options: ", " Options: "),  # a file's sentences may begin with capitals already
        plain.replace(" ", "  "),
    )
    return EditItem(asked.id, asked.kind, (plain, *edited), asked.options, asked.answer)


def _capitals(plain: str) -> str:
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in plain.split(". "))


Items = Sequence[EditItem]
Records = Sequence[ChoiceRecord]
"""A record's `logprobs[e]` holds the options of the item, in its own order, after prompt e."""


def _failed(item: EditItem) -> ChoiceRecord:
    """Return the record of a model that is wrong at first, and otherwise wrong after every edit."""
    first, then = (certain((item.answer + off) % OPTIONS, OPTIONS) for off in (1, 2))
    return ChoiceRecord(item.id, (first, *[then] * len(EDITS)))


def _flips(_items: Items, records: Records) -> list[float]:
    """Return the share of the edits after which another option is the likeliest, of every item."""
    chosen = ([ties.top(values) for values in record.logprobs] for record in records)
    return [mean([option != first for option in edited]) for first, *edited in chosen]


def _near_ties(_items: Items, records: Records) -> int:
    return sum(any(map(ties.near_top, record.logprobs)) for record in records)


def _right(items: Items, records: Records) -> float:
    """Return the share of the questions that are answered right as they are."""
    return mean([ties.top(record.logprobs[0]) == item.answer for item, record in zip(items, records, strict=True)])


def _mean_mass(_items: Items, records: Records) -> float:
    return mean([mass(values) for record in records for values in record.logprobs])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="The same question in other words, another order, capitals and spaces: does the answer stay?",
    items=items,
    record=ChoiceRecord,
    failed=_failed,
    measures=(Measure("perturbation_flip_rate", _flips, near_ties=_near_ties),),
    checks=(Check("option_mass", _mean_mass), Check("answers_right", _right)),
    from_rows=from_rows,
    file_form=(
        '{"question": "…", "other": "…", "options": ["…", "…", "…", "…"], "answer": 0}, `other` being the question in other words, '
        '`answer` counted from 0, and perhaps a "context"'
    ),
)
