"""One model's run of one task, however its harness writes it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dls.importing.mapping_table import Direction
from dls.logs.log_record import LogRecord
from dls.model import On


class LogFile(NamedTuple):
    """A file that was read: its place, digest and size."""

    path: Path
    sha256: str
    bytes: int

    @property
    def name(self) -> str:
        """Its name without a folder."""
        return self.path.name


class TaskLog(NamedTuple):
    """One model's run of one task, with one filter or reducer.

    Attributes:
        harness, version: the version is None where the log does not say it.
        task, filter: as the harness names them; the filter is None where the task has one alone.
        on: the data set. of: the items of its split, None where the log does not say it.
        asked: the number of items that the run was to ask.
        model: its name in the log. started: the day of the run (ISO 8601), None where the log does not say it.
        settings: those that `pairing.yaml` lists. names: of the scores in each record, in their order.
        directions: by name of a score. choices: whether each record has the log-probabilities of options.
        records: by id of the item. files: that were read.
        inputs: digests of the items' inputs, by id, where an id may be a position. notes: sentences for a reader.
        command: that runs the harness again, with MODEL for the model.

    """

    harness: str
    version: str | None
    task: str
    filter: str | None
    on: On
    of: int | None
    asked: int
    model: str | None
    started: str | None
    settings: Mapping[str, Any]
    names: Sequence[str]
    directions: Mapping[str, Direction]
    choices: bool
    records: Mapping[str, LogRecord]
    files: Sequence[LogFile]
    inputs: Mapping[str, str]
    notes: Sequence[str] = ()
    command: str | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """Task and filter: two runs with one key may be a pair."""
        return self.task, self.filter
