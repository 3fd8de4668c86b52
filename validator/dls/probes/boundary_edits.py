"""`boundary.edits`: one question with options in six wordings of the same meaning."""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, Measure, Probe, Row, Shot
from dls.probes.shared import ties
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls.probes.shared.choice_file import items_from_rows
from dls.probes.shared.data_files import row_error, text
from dls.probes.shared.masses import mass, mean, one_hot
from dls.probes.shared.per_item import average, by_item, by_record, count, numbered
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.questions import KINDS, OPTIONS

ID = "boundary.edits"
EDITS = ("other phrasing", "options in another order", "a polite end", "capitals", "wide spaces")
_OFFSET = 7  # from one phrasing to the other


class EditItem(msgspec.Struct, frozen=True):
    """A question with options; `prompts` holds it as it is, then after each edit; `answer` is an index in `options`."""

    id: str
    kind: str
    prompts: tuple[str, ...]
    options: tuple[str, ...]
    answer: int


def _item(draw: Draw, index: int, phrasings: Phrasings) -> EditItem:
    kind, make_question = KINDS[index % len(KINDS)]
    question = make_question(draw, 1)
    order = draw.shuffled(range(OPTIONS))
    options = tuple(question.options[place] for place in order)
    turn = draw.between(1, OPTIONS - 1)
    stratum = index // len(KINDS)

    def prompt(order: Sequence[str], phrasing: int) -> str:
        text = phrase(phrasing, question.text, phrasings)
        return f"{question.context} {text} options: {', '.join(order)}.".lstrip()

    plain = prompt(options, stratum)
    edits = (
        prompt(options, stratum + _OFFSET),
        prompt(options[turn:] + options[:turn], stratum),
        f"{plain} please give a short answer.",
        _capitals(plain),
        plain.replace(" ", "  "),
    )
    return EditItem(f"{index:06d}", kind, (plain, *edits), options, order.index(0))


items = numbered(ID, _item)
"""Questions of level 1, the kinds in turn, each with its five edits."""


def _shots() -> list[Shot]:
    """Solve questions as they are, without an edit."""
    return [Shot("", item.prompts[0], item.options[item.answer]) for item in items(SHOT_SEED, 6)]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[EditItem, ...]:
    """Return ``n`` questions of a file of choices, each with its edits; `other` holds the question in other words.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same question.
    """
    for row in rows:
        if text(row, "other") == text(row, "question"):
            raise row_error(row, "has the same words as `question` and as `other`; write `other` in other words")
    rewordings = {f"{row['line']:06d}": row["other"] for row in rows}
    return tuple(_edited(item, rewordings[item.id], seed) for item in items_from_rows(ID, rows, seed, n))


def _edited(item: ChoiceItem, rewording: str, seed: int) -> EditItem:
    plain, turn = item.prompt(), Draw(ID, "turn", seed, item.id).between(1, OPTIONS - 1)
    edits = (
        msgspec.structs.replace(item, question=rewording).prompt(),
        item.prompt(turn),
        f"{plain} please give a short answer.",
        _capitals(plain).replace(" options: ", " Options: "),  # a file's sentences may begin with capitals already
        plain.replace(" ", "  "),
    )
    return EditItem(item.id, item.kind, (plain, *edits), item.options, item.answer)


def _capitals(plain: str) -> str:
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in plain.split(". "))


def _failed(item: EditItem) -> ChoiceRecord:
    """Return the record of a model that is wrong, and chooses another wrong option after each edit.

    A record's `logprobs[e]` holds the options of the item, in its own order, after prompt e.
    """
    first, then = (one_hot((item.answer + offset) % OPTIONS, OPTIONS) for offset in (1, 2))
    return ChoiceRecord(item.id, (first, *[then] * len(EDITS)))


def _choices(record: ChoiceRecord) -> tuple[int, list[int]]:
    """Return the likeliest option of the question as it is, and after each edit."""
    first, *after_edits = (ties.top(values) for values in record.logprobs)
    return first, after_edits


def _near(record: ChoiceRecord) -> bool:
    return any(map(ties.near_top, record.logprobs))


def _right(item: EditItem, record: ChoiceRecord) -> bool:
    """Return whether the answer to the question as it is is right."""
    return ties.top(record.logprobs[0]) == item.answer


def _mean_mass(_items: Sequence[EditItem], records: Sequence[ChoiceRecord]) -> float:
    return mean([mass(values) for record in records for values in record.logprobs])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="The same question in other words, another order, capitals and spaces: does the answer stay the same?",
    items=items,
    record=ChoiceRecord,
    failed=_failed,
    shots=_shots,
    measures=(Measure("perturbation_flip_rate", by_record(_choices), near_ties=count(by_record(_near))),),
    checks=(
        Check("option_mass", _mean_mass, access="logprobs"),
        Check("answers_right", average(by_item(_right)), access="logprobs"),
    ),
    from_rows=from_rows,
    file_form=(
        '{"question": "…", "other": "…", "options": ["…", "…", "…", "…"], "answer": 0}, `other` being the question '
        'in other words, `answer` counted from 0, and perhaps a "context"'
    ),
)
