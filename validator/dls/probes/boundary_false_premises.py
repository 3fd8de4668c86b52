"""`boundary.false_premises`: questions about the pet of somebody, and the same about a pet that is somebody else's."""

from collections.abc import Sequence

from dls.draw import Draw
from dls.probe import Check, Measure, Probe, Row
from dls.probes.boundary_twins import (
    CHECKS,
    FILE_FORM,
    TwinItem,
    TwinRecord,
    abstains,
    failed,
    items_from_rows,
    near,
    soft_j,
)
from dls.probes.shared import squad_rows, ties, twins
from dls.probes.shared.data_files import refused
from dls.probes.shared.masses import mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.shared.vocabulary import ANIMALS, COLOURS, NAMES, NOT_STATED

ID = "boundary.false_premises"
PEOPLE = 3


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[TwinItem, ...]:
    """Return ``n`` twins' both sides: 2n items, the one with a true premise first."""
    return tuple(item for index in range(n) for item in _twins(Draw(ID, seed, index), index, phrasings))


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[TwinItem, TwinItem]:
    names = draw.sample(NAMES, PEOPLE)
    pets = draw.sample(ANIMALS, PEOPLE)
    colours = draw.sample(COLOURS, PEOPLE)
    owner, other = draw.sample(range(PEOPLE), 2)
    told = zip(names, pets, colours, strict=True)
    context = " ".join(f"{name} has one pet, a {pet}. the {pet} likes {colour}." for name, pet, colour in told)
    cluster = f"{index:06d}"

    def twin(side: str, pet: str, answer: str) -> TwinItem:
        ask = f"what colour does the {pet} of {names[owner]} like, or is it {NOT_STATED}"
        return TwinItem(f"{cluster}/{side}", cluster, context, phrase(index, ask, phrasings), COLOURS, answer)

    return twin("true", pets[owner], colours[owner]), twin("false", pets[other], NOT_STATED)


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[TwinItem, ...]:
    """Return ``n`` units of a question with a true premise and one with a false one: 2n items, in turn.

    Rows are those of `boundary.twins`; `answers` is empty where the premise is false.

    Raises:
        DlsError: as there, or a row has several answers.
    """
    for row in rows:
        if len(squad_rows.answers(row)) > 1:
            raise refused(row, "has several `answers`; give the one that has to be likelier than all `values`")
    return items_from_rows(ID, rows, seed, n)


Items = Sequence[TwinItem]
Records = Sequence[TwinRecord]


def _rejected(_items: Items, records: Records) -> Sequence[float]:
    return twins.second(abstains(records))


def _near_ties(_items: Items, records: Records) -> int:
    return sum(twins.second(near(records)))


def _answered(items: Items, records: Records) -> float:
    """Return the share of true premises after which the right colour is likelier than every other answer."""
    right = [
        item.values[ties.top(record.values)] == item.answer and max(record.values) > record.abstain
        for item, record in zip(twins.first(items), twins.first(records), strict=True)
    ]
    return mean(right)


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Questions that take for granted what the text contradicts: does the model reject them?",
    items=items,
    record=TwinRecord,
    failed=failed,
    measures=(
        Measure("false_premise_rejection", _rejected, "cluster", _near_ties),
        Measure("false_premise_soft_j", soft_j, "cluster"),
    ),
    checks=(*CHECKS, Check("answers_true_premises", _answered)),
    from_rows=from_rows,
    file_form=FILE_FORM.replace(
        "the context does not hold the answer", "the context contradicts what the question takes for granted"
    ),
)
