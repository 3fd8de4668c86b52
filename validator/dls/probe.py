"""The light half of a probe, without any model: items from a seed, records, and measures from the records."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypeAlias, cast

import msgspec

from dls.access_level import FROM_LOGPROBS, AccessLevel, allows, record_at, without_rest
from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls.standard.registry import Metric, metric

Unit = Literal["item", "cluster"]
MOST_NATS = 1e40  # beyond every float32, with which models mask; sums of larger numbers leave the range of a float
LogProbability: TypeAlias = Annotated[float, msgspec.Meta(ge=-MOST_NATS, le=1e-3), FROM_LOGPROBS]
"""In nats; rounding alone may raise one a little above 0."""
Probability: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1), FROM_LOGPROBS]
Divergence: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=MOST_NATS), FROM_LOGPROBS]
"""In nats."""
Row: TypeAlias = Mapping[str, Any]
"""A line of a data file; the key ``line`` holds its number."""


class Measure(msgspec.Struct, frozen=True):
    """A metric of one model: ``inputs(items, records)`` returns the formula's arguments for each independent unit.

    The formula is the registered one (`dls.metrics.formulas`). An entry is the tuple of its arguments for one unit.
    Where the metric has no formula, an entry is the mark of the unit, and the metric is the mean of the marks.
    Records are in item order. ``near_ties(items, records)`` counts the items that numerical noise could turn; it is
    given where the metric counts decisions at a threshold. ``definition`` is that of a metric outside of the registry.
    """

    metric: str
    inputs: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]
    unit: Unit = "item"
    near_ties: Callable[[Sequence[Any], Sequence[Any]], int] | None = None
    definition: Metric | None = None

    @property
    def entry(self) -> Metric:
        """The metric: the registry's, or the one that a log defines."""
        return self.definition or metric(self.metric)


class PairMeasure(msgspec.Struct, frozen=True):
    """A metric of the pair: ``inputs(items, teacher_records, student_records)``, otherwise as `Measure`.

    ``reads``: the access to the models that the inputs need, where another probe measures the metric with less.
    """

    metric: str
    inputs: Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], Sequence[Any]]
    unit: Unit = "item"
    reads: AccessLevel = "black_box"

    @property
    def entry(self) -> Metric:
        """The metric."""
        return metric(self.metric)


class CrossMeasure(msgspec.Struct, frozen=True):
    """A metric of the pair: ``inputs(items, records)`` from records about both models, otherwise as `Measure`.

    ``arm`` names the records: ``pair`` where both models were asked side by side, ``across`` where each scored the
    other model's texts. ``computed``: the entries are the units' values, which the engine computed over a whole
    vocabulary.
    """

    metric: str
    inputs: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]
    unit: Unit = "item"
    arm: Literal["pair", "across"] = "pair"
    computed: bool = False

    @property
    def entry(self) -> Metric:
        """The metric."""
        return metric(self.metric)


def needed(measure: "AnyMeasure") -> AccessLevel:
    """Return the access to the models that a measure needs: its metric's, or more where its inputs read more."""
    if isinstance(measure, CrossMeasure) and measure.arm == "pair":
        return "white_box"  # one process holds both models side by side
    reads = measure.reads if isinstance(measure, PairMeasure) else measure.entry.access
    return reads if allows(reads, measure.entry.access) else measure.entry.access


AnyMeasure: TypeAlias = Measure | PairMeasure | CrossMeasure


class Check(msgspec.Struct, frozen=True):
    """A validity check: below its floor, a model's numbers do not measure the property that they are named after.

    ``value`` is None where no model of the run gives the ``access`` that the check needs.
    """

    check: str
    value: Callable[[Sequence[Any], Sequence[Any]], float] | None
    floor: float = 0.5
    access: AccessLevel = "black_box"


class Shot(msgspec.Struct, frozen=True):
    """A solved item of a few-shot prompt: the system turn, the question, and a right answer."""

    system: str
    question: str
    answer: str


SHOT_SEED = 1 << 53
"""The seed of the solved items: the first integer that cannot be a run's seed."""
Shots: TypeAlias = Callable[[], Sequence[Shot]]


def NO_SHOTS() -> tuple[Shot, ...]:  # noqa: N802  a constant of the type of `Probe.shots`
    """Return no solved items: the probe is always asked without a few-shot prompt."""
    return ()


class Shape(msgspec.Struct, frozen=True):
    """The result of an elicitation: the type of a record, and ``failed(item)``, the worst one."""

    record: type[Any]
    failed: Callable[[Any], Any]


class MakeItems(Protocol):
    """A generator of the items of ``n`` units from a seed and phrasings (`dls.probes.shared.phrasings`)."""

    def __call__(self, seed: int, n: int, phrasings: tuple[str, ...] = ...) -> Sequence[Any]:
        """Make the items; the phrasings change the wording of questions and nothing else."""


class Probe(NamedTuple):
    """The light half of a probe.

    Attributes:
        id: dimension and name. version: MAJOR.MINOR; it changes wherever questions change. dimension: one of the
        eight, `headline` or `fidelity`. title: its question in a sentence. items: makes the items of n independent
        units from a seed and phrasings. record: the type of the record of a model's elicitation. failed: the record
        of an item that ended in an error: the worst that a model can do. shots: makes the solved items of its
        few-shot prompt, in the order of the prompt; or `NO_SHOTS`. measures: the metrics of the records. checks: the
        validity checks. pair: the shape of the records of both models side by side, where the probe asks for
        divergences. across: the shape of the records of each model on the other model's texts, where the tokenizers
        differ. from_rows: makes the items of n units from the rows of a data file (`dls.probes.shared.data_files`)
        and a seed. file_form: the form of those rows, in a sentence. stands_for: the id of the harder probe of the
        same metrics that this one replaces where a target names it.

    """

    id: str
    version: str
    dimension: str
    title: str
    items: MakeItems
    record: type[Any]
    failed: Callable[[Any], Any]
    shots: Shots
    measures: tuple[AnyMeasure, ...]
    checks: tuple[Check, ...] = ()
    pair: Shape | None = None
    across: Shape | None = None
    from_rows: Callable[[Sequence[Row], int, int], Sequence[Any]] | None = None
    file_form: str = ""
    stands_for: str | None = None

    @property
    def name(self) -> str:
        """``id@version``, as it enters the derived seed."""
        return f"{self.id}@{self.version}"

    @property
    def metrics(self) -> frozenset[str]:
        """The ids of the metrics that it measures."""
        return frozenset(measure.metric for measure in self.measures)

    def at(self, access: AccessLevel) -> "Probe":
        """Return the probe as it is under an access: the metrics that it allows, of records without the rest.

        A check that needs more has no value. No near tie is known without log-probabilities.
        """
        if access == "white_box":
            return self
        knows_ties = allows(access, "logprobs")
        measures = (measure for measure in self.measures if allows(access, needed(measure)))
        return self._replace(
            record=record_at(cast("Any", self.record), access),
            pair=None,
            across=self.across if knows_ties else None,
            failed=partial(_worst_at, self.failed, access),
            measures=tuple(measure if knows_ties else _without_ties(measure) for measure in measures),
            checks=tuple(
                check if allows(access, check.access) else msgspec.structs.replace(check, value=None)
                for check in self.checks
            ),
        )

    def shape(self, arm: str) -> Shape:
        """Return the shape of an arm's records; those of `pair` and `across` are about both models.

        Raises:
            DlsError: the probe asks nothing of the pair.
        """
        if arm not in {"pair", "across"}:
            return Shape(self.record, self.failed)
        shape = self.pair if arm == "pair" else self.across
        if shape is None:
            raise DlsError(f"{self.name} asks nothing of both models together, so it has no records of the arm {arm}")
        return shape


def _worst_at(failed: Callable[[Any], Any], access: AccessLevel, item: Any) -> Any:
    return without_rest(failed(item), access)


def _without_ties(measure: AnyMeasure) -> AnyMeasure:
    return msgspec.structs.replace(measure, near_ties=None) if isinstance(measure, Measure) else measure


def items_sha256(items: Sequence[Any]) -> str:
    """Return the digest of items: SHA-256 over their canonical JSON lines, each ended by a line feed.

    Items hold integers and ASCII strings alone, for which sorted keys without spaces are the RFC 8785 form.
    """
    encoder = msgspec.json.Encoder(order="sorted")
    return sha256_hex(encoder.encode_lines(items))
