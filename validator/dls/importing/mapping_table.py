"""The tables that map the metrics of a harness to those of the registry: data of the specification, or your own."""

import math
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.model import On, OwnMetric
from dls.standard.registry import DIMENSIONS, READINGS, load_registry, metric_of_card_registry
from dls.standard.specification import spec_folder

Direction = Literal["higher", "lower", "neutral"]

_NAMES_OF_THE_REGISTRY = frozenset({"table", "eee"})  # harnesses whose names of metrics mean the registry's own


class MappingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row: patterns, and the registered metric, or dimension, range and direction of one of the harness's own.

    ``on`` names the data set, where the log says it in another way than a profile does.
    """

    task: str
    metric: str
    filter: str = "*"
    to: str | None = None
    dimension: str = "headline"
    scale: float = 1.0
    low: float | None = None
    high: float | None = None
    direction: Direction | None = None
    on: On | None = None

    def fits(self, task: str, metric: str, answer_filter: str) -> bool:
        """Whether its patterns fit a metric of a task."""
        pairs = ((task, self.task), (metric, self.metric), (answer_filter, self.filter))
        return all(fnmatchcase(name, pattern) for name, pattern in pairs)


class MappingTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rows for a harness, in the order in which they are tried."""

    dls_mapping: Literal["1.0"]
    harness: str
    rows: tuple[MappingRow, ...]

    def row(self, task: str, metric: str, answer_filter: str) -> MappingRow:
        """Return the first row that fits; one without a registered metric where none does."""
        default = MappingRow(task=task, metric=metric, to=_registered_name(self.harness, metric))
        return next((row for row in self.rows if row.fits(task, metric, answer_filter)), default)

    def on(self, task: str, answer_filter: str | None, default: On) -> On:
        """Return the data set of a task by the first row that names one for it, otherwise the stated one."""
        pairs = ((row, row.fits(task, row.metric, answer_filter or "none")) for row in self.rows if row.on)
        return next((row.on for row, is_fit in pairs if is_fit and row.on), default)


def _registered_name(harness: str, metric: str) -> str | None:
    """Return the registered metric that a harness's name means by itself; None where none does."""
    if harness not in _NAMES_OF_THE_REGISTRY:
        return None
    return metric if metric in load_registry().metrics or harness != "eee" else metric_of_card_registry(metric)


def load_mapping(harness: str, extension: Path | None = None) -> MappingTable:
    """Return the table of a harness, with the rows of your own file before it.

    Raises:
        DlsError: a file breaks the form, is of another harness, or names a metric or dimension that does not exist.
    """
    table = _read(spec_folder() / "mappings" / f"{harness}.yaml")
    if extension is None:
        return table
    rows = _read(extension)
    if rows.harness != harness:
        raise DlsError(f"{extension} maps the metrics of {rows.harness}; wanted a mapping of {harness}")
    return msgspec.structs.replace(table, rows=(*rows.rows, *table.rows))


def _read(path: Path) -> MappingTable:
    try:
        table = msgspec.convert(read(path).value, MappingTable, strict=False)
    except msgspec.ValidationError as error:
        raise DlsError(f"{path} is no mapping of metrics: {error}") from error
    for row in table.rows:
        if row.to is not None and row.to not in load_registry().metrics:
            raise DlsError(f"{path} maps {row.metric} to {row.to}, which the registry does not have")
        if not 0 < row.scale < math.inf:
            raise DlsError(f"{path} scales {row.metric} by {row.scale}; wanted a number above 0")
        if row.dimension not in (*DIMENSIONS, *READINGS):
            raise DlsError(f"{path} puts {row.metric} into the dimension {row.dimension}, which does not exist")
    return table


def own_metric(harness: str, name: str, row: MappingRow, direction: Direction, *, is_proportion: bool) -> OwnMetric:
    """Return the definition of a harness's own metric, with the row's direction, otherwise the harness's."""
    slug = re.sub(r"[^a-z0-9_.-]", "_", name.lower())[:80]
    return OwnMetric(
        id=f"x-{harness}:{slug}",
        dimension=row.dimension,  # type: ignore[arg-type]
        definition=f"The mean of {name} over the items, as {harness} scores them.",
        unit="proportion" if is_proportion else f"unit of {harness}'s {name}"[:300],
        direction=row.direction or direction,
        kind="proportion" if is_proportion else "mean",
        low=0 if is_proportion else row.low,
        high=1 if is_proportion else row.high,
    )
