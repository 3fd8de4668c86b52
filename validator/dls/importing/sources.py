"""Read the files of a log again, for the records that a manifest made of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from dls.errors import DlsError
from dls.importing.average_log import RunLogs
from dls.importing.every_eval_ever_record import read_every_eval_ever
from dls.importing.inspect_run import read_inspect
from dls.importing.lm_eval_run import read_lm_eval
from dls.importing.pairing import join, score_columns
from dls.importing.score_table import TableOptions, read_table
from dls.importing.task_log import TaskLog
from dls.logs.log_probe import score_metric
from dls.logs.log_record import LogRecord
from dls.model import Log
from dls.standard.numbers import ARMS


def records_of_sources(log: Log, paths: Mapping[str, Path]) -> Mapping[str, Sequence[LogRecord]]:
    """Return the records of both models that the files of a log give.

    Args:
        log: of the manifest.
        paths: by arm, the first file of its run.

    Raises:
        DlsError: this release does not read the harness, or the files are no pair of its runs.
    """
    read = _reader(log)
    teacher, student = (_task(read(paths[arm]), log, paths[arm]) for arm in ARMS)
    pair = join(teacher, student)
    return {arm: score_columns(pair.records[arm], teacher.names, log.scores) for arm in ARMS}


def _reader(log: Log) -> Callable[[Path], RunLogs]:
    lower = frozenset(score.name for score in log.scores if score_metric(log, score.metric).direction == "lower")
    readers: dict[str, Callable[[Path], RunLogs]] = {
        "lm-eval": read_lm_eval,
        "inspect": read_inspect,
        "eee": read_every_eval_ever,
        "table": partial(read_table, options=TableOptions(log.on, log.of, lower)),
    }
    if log.harness not in readers:
        raise DlsError(f"this release does not read the logs of {log.harness}")
    return readers[log.harness]


def _task(run: RunLogs, log: Log, path: Path) -> TaskLog:
    task = next((entry for entry in run.logs if entry.key == (log.task, log.filter)), None)
    if task is None:
        raise DlsError(f"{path} holds no samples of the task {log.task}")
    return task
