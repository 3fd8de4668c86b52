"""What a probe is, apart from how a model is asked: items from a seed, records, and what is measured from them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError

Unit = Literal["item", "cluster"]
Rows = Sequence[float] | Sequence[Sequence[float]]
LogProbability: TypeAlias = Annotated[float, msgspec.Meta(le=1e-3)]
"""In nats; rounding alone may lift one a little above 0."""


Probability: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]
Divergence: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]
"""In nats."""


Row: TypeAlias = Mapping[str, Any]
"""A line of a data file, its number under the key ``line``."""


class Measure(NamedTuple):
    """A metric of one model: ``rows(items, records)`` gives one number, or one row of numbers, for each independent unit.

    A proportion's numbers are 0 and 1. A mean's are averaged; a statistic's rows go into the metric's own function
    (`dls.metrics`). Records are in item order. ``near_ties(items, records)`` counts the items that numerical noise
    could turn, where the metric counts thresholds.
    """

    metric: str
    rows: Callable[[Sequence[Any], Sequence[Any]], Rows]
    unit: Unit = "item"
    near_ties: Callable[[Sequence[Any], Sequence[Any]], int] | None = None


class PairMeasure(NamedTuple):
    """A metric of the pair: ``rows(items, teacher_records, student_records)``, else as `Measure`."""

    metric: str
    rows: Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], Rows]
    unit: Unit = "item"


class CrossMeasure(NamedTuple):
    """A metric of the pair: ``rows(items, records)`` from records about both models, else as `Measure`.

    ``arm`` says which: ``pair`` where both were asked side by side, ``across`` where each was asked about the other's texts.
    """

    metric: str
    rows: Callable[[Sequence[Any], Sequence[Any]], Rows]
    unit: Unit = "item"
    arm: Literal["pair", "across"] = "pair"


AnyMeasure: TypeAlias = Measure | PairMeasure | CrossMeasure


class Check(NamedTuple):
    """A validity check: below its floor, a model's numbers say nothing about what they are named after."""

    check: str
    value: Callable[[Sequence[Any], Sequence[Any]], float]
    floor: float = 0.5


class Shape(NamedTuple):
    """What is written down of an elicitation: the type of a record, and ``failed(item)``, the worst one."""

    record: type[Any]
    failed: Callable[[Any], Any]


class MakeItems(Protocol):
    """A generator of the items of ``n`` units from a seed, their questions put in some phrasings (`dls.probes.shared.phrasings`)."""

    def __call__(self, seed: int, n: int, phrasings: tuple[str, ...] = ...) -> Sequence[Any]:
        """Make the items; the phrasings decide how questions read and never what is drawn."""


class Probe(NamedTuple):
    """The light half of a probe.

    ``items(seed, n, phrasings)`` makes the items of n independent units; ``record`` is the type of what a model's elicitation
    leaves; ``failed(item)`` is the record of an item that ended in an error: the worst that a model can do. ``pair`` is
    the shape of the records of both models side by side, where the probe asks for divergences, and ``across`` that of the
    records of each model on the other's texts, which take their place where the tokenizers differ. ``from_rows(rows, seed, n)``
    makes the items of n units from the rows of a data file (`dls.probes.shared.data_files`), where the probe takes one; ``file_form`` says
    in a sentence what its rows are.
    """

    id: str
    version: str
    dimension: str
    title: str
    items: MakeItems
    record: type[Any]
    failed: Callable[[Any], Any]
    measures: tuple[AnyMeasure, ...]
    checks: tuple[Check, ...] = ()
    pair: Shape | None = None
    across: Shape | None = None
    from_rows: Callable[[Sequence[Row], int, int], Sequence[Any]] | None = None
    file_form: str = ""

    @property
    def name(self) -> str:
        """``id@version``, as it enters the derived seed."""
        return f"{self.id}@{self.version}"

    @property
    def metrics(self) -> frozenset[str]:
        """The ids of the metrics that it measures."""
        return frozenset(measure.metric for measure in self.measures)

    def shape(self, arm: str) -> Shape:
        """Return the shape of an arm's records; `pair` and `across` are about both models.

        Raises:
            DlsError: the probe asks nothing of the pair.
        """
        if arm not in {"pair", "across"}:
            return Shape(self.record, self.failed)
        found = self.pair if arm == "pair" else self.across
        if found is None:
            raise DlsError(f"{self.name} asks nothing of both models together, so it has no records of the arm {arm}")
        return found


def items_sha256(items: Sequence[Any]) -> str:
    """Return the digest of items: SHA-256 over their canonical JSON lines, each ended by a line feed.

    Items hold integers and ASCII strings alone, for which sorted keys without spaces are the RFC 8785 form.
    """
    encoder = msgspec.json.Encoder(order="sorted")
    return sha256_hex(encoder.encode_lines(items))
