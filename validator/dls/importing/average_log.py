"""One model's averages of one task, however their source writes them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dls.importing.mapping_table import Direction
from dls.importing.task_log import LogFile, TaskLog
from dls.model import On, SourceDocument


class Average(NamedTuple):
    """An average as its source prints it.

    Attributes:
        text: the number, with its decimals. n: of the scored items, None where the source does not say it.
        direction: by the source. low, high: the range by the source, None where it does not say it.
        is_rounded: whether the source may have rounded it to its decimals.

    """

    text: str
    n: int | None = None
    direction: Direction = "neutral"
    low: float | None = None
    high: float | None = None
    is_rounded: bool = True


class AverageLog(NamedTuple):
    """One model's averages of one task.

    Attributes:
        harness, task, filter: as for a `TaskLog`. on: the data set. model: its name in the source.
        settings: those that `pairing.yaml` lists. averages: by name of the metric.
        of: the items of the split, None where the source does not say it.
        items: the same value for two models that answered the same items, None where the source does not say it.
        file: that was read. document: the same as a statement names it.

    """

    harness: str
    task: str
    filter: str | None
    on: On
    model: str | None
    settings: Mapping[str, Any]
    averages: Mapping[str, Average]
    items: str | None
    file: LogFile
    document: SourceDocument
    of: int | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """Task and filter: two runs with one key may be a pair."""
        return self.task, self.filter


class RunLogs(NamedTuple):
    """A run: the tasks with samples, the averages of all tasks, and sentences about what was left out."""

    logs: Sequence[TaskLog]
    averages: Sequence[AverageLog] = ()
    notes: Sequence[str] = ()
