"""`boundary.false_premises`: a question about a person's pet, and the same about another person's pet."""

from collections.abc import Sequence
from functools import partial

from dls.draw import Draw
from dls.probe import Check, Measure, Probe, Row
from dls.probes.boundary_twins import (
    CHECKS,
    FILE_FORM,
    TwinItem,
    TwinRecord,
    failed,
    items_from_rows,
    reading,
    shots,
)
from dls.probes.shared import squad_rows, ties
from dls.probes.shared.abstention import abstains, by_variant, near_ties, p_abstain
from dls.probes.shared.data_files import row_error
from dls.probes.shared.per_item import average, by_item, count, first_variant, numbered_pairs, second_variant
from dls.probes.shared.phrasings import Phrasings, phrase
from dls.probes.shared.vocabulary import ANIMALS, COLOURS, NAMES, NOT_STATED
from dls.probes.shared.whole_answers import twin_whole

ID = "boundary.false_premises"
PEOPLE = 3


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    names = draw.sample(NAMES, PEOPLE)
    pets = draw.sample(ANIMALS, PEOPLE)
    colours = draw.sample(COLOURS, PEOPLE)
    owner, stranger = draw.sample(range(PEOPLE), 2)
    people = zip(names, pets, colours, strict=True)
    context = " ".join(f"{name} has one pet, a {pet}. the {pet} likes {colour}." for name, pet, colour in people)
    cluster = f"{index:06d}"

    def twin(variant: str, pet: str, answer: str) -> TwinItem:
        question = f"what colour does the {pet} of {names[owner]} like, or is it {NOT_STATED}"
        return TwinItem(f"{cluster}/{variant}", cluster, context, phrase(index, question, phrasings), COLOURS, answer)

    return twin("true", pets[owner], colours[owner]), twin("false", pets[stranger], NOT_STATED)


items = numbered_pairs(ID, _twins)
"""Both twins of each unit, the one with a true premise first."""


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[TwinItem, ...]:
    """Return ``n`` units of a question with a true premise and one with a false one: 2n items, in turn.

    Rows are those of `boundary.twins`; `answers` is empty where the premise is false.

    Raises:
        DlsError: as there, or a row has several answers.
    """
    for row in rows:
        if len(squad_rows.squad_answers(row)) > 1:
            raise row_error(
                row, "has several `answers`; give one, which a right answer makes likelier than all `values`"
            )
    return items_from_rows(ID, rows, seed, n)


def _answers_right(item: TwinItem, record: TwinRecord) -> bool:
    """Return whether the right colour is likelier than each other answer."""
    return item.values[ties.top(record.values)] == item.answer and max(record.values) > record.abstain


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Questions with a premise that the text contradicts: does the model reject it?",
    items=items,
    record=TwinRecord,
    failed=failed,
    shots=partial(shots, items, 4),
    measures=(
        twin_whole(reading),
        Measure("false_premise_rejection", second_variant(abstains), "cluster", count(second_variant(near_ties))),
        Measure("false_premise_soft_j", by_variant(p_abstain), "cluster"),
    ),
    checks=(
        *CHECKS,
        Check("answers_true_premises", average(first_variant(by_item(_answers_right))), access="logprobs"),
    ),
    from_rows=from_rows,
    file_form=FILE_FORM.replace(
        "the context does not hold the answer", "the context contradicts the premise of the question"
    ),
)
