"""`boundary.false_premises`: questions about the pet of somebody, and the same about a pet that is somebody else's."""

from collections.abc import Sequence

import msgspec

from dls.draw import Draw
from dls.probe import Check, LogProbability, Measure, Probe
from dls.probes import ties, twins
from dls.probes.masses import LOWEST, mass, mean
from dls.probes.phrasings import PHRASINGS, Phrasings, phrase
from dls.probes.words import ANIMALS, COLOURS, NAMES, NOT_STATED

ID = "boundary.false_premises"
PEOPLE = 3


class PremiseItem(msgspec.Struct, frozen=True):
    """One of two twins with the same text; `answer` is a colour, "not stated" where the text contradicts the question."""

    id: str
    cluster: str
    context: str
    question: str
    values: tuple[str, ...]
    answer: str


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[PremiseItem, ...]:
    """Return ``n`` twins' both sides: 2n items, the one with a true premise first."""
    return tuple(item for index in range(n) for item in _twins(Draw(ID, seed, index), index, phrasings))


def _twins(draw: Draw, index: int, phrasings: Phrasings) -> tuple[PremiseItem, PremiseItem]:
    names = draw.sample(NAMES, PEOPLE)
    pets = draw.sample(ANIMALS, PEOPLE)
    colours = draw.sample(COLOURS, PEOPLE)
    owner, other = draw.sample(range(PEOPLE), 2)
    told = zip(names, pets, colours, strict=True)
    context = " ".join(f"{name} has one pet, a {pet}. the {pet} likes {colour}." for name, pet, colour in told)
    cluster = f"{index:06d}"

    def twin(side: str, pet: str, answer: str) -> PremiseItem:
        ask = f"what colour does the {pet} of {names[owner]} like, or is it {NOT_STATED}"
        return PremiseItem(f"{cluster}/{side}", cluster, context, phrase(index, ask, phrasings), COLOURS, answer)

    return twin("true", pets[owner], colours[owner]), twin("false", pets[other], NOT_STATED)


class PremiseRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log-probabilities, in nats, of the colours as the item lists them, and of "not stated"."""

    id: str
    values: tuple[LogProbability, ...]
    reject: LogProbability


Items = Sequence[PremiseItem]
Records = Sequence[PremiseRecord]


def _failed(item: PremiseItem) -> PremiseRecord:
    """Return the record of a model that rejects true premises alone."""
    value, reject = (0.0, LOWEST) if item.answer == NOT_STATED else (LOWEST, 0.0)
    return PremiseRecord(item.id, (value, *(LOWEST for _ in item.values[1:])), reject)


def _rejected(_items: Items, records: Records) -> list[float]:
    """Return 1 for every false premise after which "not stated" is likelier than each colour, else 0."""
    return [float(record.reject > max(record.values)) for record in twins.second(records)]


def _near_ties(_items: Items, records: Records) -> int:
    return sum(ties.near(record.reject, max(record.values)) for record in twins.second(records))


def _answered(items: Items, records: Records) -> float:
    """Return the share of true premises after which the right colour is likelier than every other answer."""
    right = [
        item.values[ties.top(record.values)] == item.answer and max(record.values) > record.reject
        for item, record in zip(twins.first(items), twins.first(records), strict=True)
    ]
    return mean(right)


def _mean_mass(_items: Items, records: Records) -> float:
    return mean([mass([record.reject, *record.values]) for record in records])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Questions that take for granted what the text contradicts: does the model reject them?",
    items=items,
    record=PremiseRecord,
    failed=_failed,
    measures=(Measure("false_premise_rejection", _rejected, "cluster", _near_ties),),
    checks=(Check("answer_mass", _mean_mass), Check("answers_true_premises", _answered)),
)
