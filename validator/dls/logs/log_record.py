"""One item of a foreign log, and one model's record of it."""

import math

import msgspec

from dls.errors import DlsError
from dls.probe import LogProbability
from dls.probes.shared.masses import one_hot
from dls.standard.registry import Metric


class LogItem(msgspec.Struct, frozen=True, gc=False):
    """An item by its id in the log; `answer` is the index of the right option of `options`, −1 without options."""

    id: str
    answer: int
    options: int


class LogRecord(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One model's answer to an item.

    Attributes:
        id: of the item. answer: the index of the right option, −1 without options. logprobs: one row, the
        log-probability of each option in nats; no row without options. scores: in the order of the manifest's
        `log.scores`. error: why there is no answer; the record then holds neither log-probabilities nor scores.

    """

    id: str
    answer: int = -1
    logprobs: tuple[tuple[LogProbability, ...], ...] = ()
    scores: tuple[float, ...] = ()
    error: str | None = None

    @property
    def options(self) -> int:
        """The number of options."""
        return len(self.logprobs[0]) if self.logprobs else 0


def item_of(first: LogRecord, second: LogRecord) -> LogItem:
    """Return the item of two models' records; a record of an error has no options of its own."""
    return LogItem(first.id, max(first.answer, second.answer), max(first.options, second.options))


def stand_in(item: LogItem, arm: str, metrics: tuple[Metric, ...]) -> LogRecord:
    """Return the record that stands for a missing answer: right for the teacher and wrong for every other model.

    So a missing answer never hides a loss.

    Args:
        item: the item.
        arm: of the model.
        metrics: those of the scores.

    Raises:
        DlsError: a metric has no best or worst value.
    """
    is_right = arm == "teacher"
    place = item.answer if is_right else (item.answer + 1) % item.options if item.options else -1
    rows = (one_hot(place, item.options),) if item.options else ()
    return LogRecord(item.id, item.answer, rows, tuple(_end(metric, is_right=is_right) for metric in metrics))


def _end(metric: Metric, *, is_right: bool) -> float:
    value = metric.high if is_right == (metric.direction == "higher") else metric.low
    if not math.isfinite(value):
        raise DlsError(f"{metric.id} has no {'best' if is_right else 'worst'} value that could stand for an answer")
    return value
