"""Whether two runs of one task are a pair, and the items that both were to answer."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.importing.task_log import TaskLog
from dls.logs.log_record import LogRecord
from dls.model import LogScore
from dls.standard.numbers import ARMS, MOST_ERRORS
from dls.standard.specification import spec_folder

_LONGEST = 60  # characters of a setting in a message
NO_ANSWER = "the log has no answer to this item"


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    equal: dict[str, str]
    may_differ: dict[str, str]


class _PairingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_pairing: str
    least_overlap: float
    harnesses: dict[str, _Settings]


class JoinedLogs(NamedTuple):
    """A pair of runs.

    Attributes:
        teacher, student: the runs. records: by arm, in one order of items. notes: sentences for a reader.

    """

    teacher: TaskLog
    student: TaskLog
    records: Mapping[str, Sequence[LogRecord]]
    notes: Sequence[str]


def pairing_settings(harness: str) -> _Settings:
    """Return the settings that have to be equal and those that may differ, each with its words."""
    return _pairing_file().harnesses[harness]


@cache
def _pairing_file() -> _PairingFile:
    return msgspec.convert(read(spec_folder() / "mappings" / "pairing.yaml").value, _PairingFile)


def score_columns(records: Sequence[LogRecord], names: Sequence[str], scores: Sequence[LogScore]) -> list[LogRecord]:
    """Return records of a log with the scores of a manifest alone, in its order and in the units of its metrics.

    Args:
        records: of a log.
        names: of the scores in each record.
        scores: of the manifest.
    """
    places = [(list(names).index(score.name), score.scale) for score in scores]
    return [
        record
        if record.error is not None
        else msgspec.structs.replace(record, scores=tuple(record.scores[place] * scale for place, scale in places))
        for record in records
    ]


class Run(Protocol):
    """One model's run of one task, with or without its samples."""

    @property
    def harness(self) -> str:
        """The harness."""

    @property
    def key(self) -> tuple[str, str | None]:
        """Task and filter."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Those that `pairing.yaml` lists."""


_Log = TypeVar("_Log", bound=Run)


def counterparts(teacher: Sequence[_Log], student: Sequence[_Log]) -> list[tuple[_Log, _Log]]:
    """Return the teacher's and the student's log of each task and filter that both have."""
    logs = {log.key: log for log in student}
    return [(log, logs[log.key]) for log in teacher if log.key in logs]


def join(teacher: TaskLog, student: TaskLog) -> JoinedLogs:
    """Return two runs as a pair.

    Where both were to ask as many items, an item that one run lacks stays, without an answer. Where one was limited
    to fewer, the others' surplus is left out, with a note.

    Raises:
        DlsError: a setting differs that decides scores, or the runs are not of the same items.
    """
    _expect_two_runs(teacher, student)
    expect_equal(teacher, student)
    _expect_scores(teacher, student)
    _expect_inputs(teacher, student)
    ids, notes = _joint_ids(teacher, student)
    records: dict[str, list[LogRecord]] = {
        arm: [log.records.get(name) or LogRecord(name, error=NO_ANSWER) for name in ids]
        for arm, log in zip(ARMS, (teacher, student), strict=True)
    }
    return JoinedLogs(teacher, student, records, [*differences(teacher, student), *notes, *_lacking(records)])


def _label(log: Run) -> str:
    task, answer_filter = log.key
    return f"{task} ({answer_filter})" if answer_filter else task


def _expect_two_runs(teacher: TaskLog, student: TaskLog) -> None:
    twins = {file.sha256 for file in teacher.files} & {file.sha256 for file in student.files}
    for file in teacher.files:
        if file.sha256 in twins:
            raise DlsError(f"{_label(teacher)}: {file.name} is the same for teacher and student; name two runs")


def expect_equal(teacher: Run, student: Run) -> None:
    """Refuse two runs that differ in a setting that decides scores.

    Raises:
        DlsError: they do.
    """
    for name, text in pairing_settings(teacher.harness).equal.items():
        values = [_short(log.settings.get(name)) for log in (teacher, student)]
        if teacher.settings.get(name) != student.settings.get(name):
            raise DlsError(
                f"{_label(teacher)}: {text} is {values[0]} for the teacher and {values[1]} for the student; "
                "run both alike"
            )


def _expect_scores(teacher: TaskLog, student: TaskLog) -> None:
    if (teacher.names, teacher.choices) != (student.names, student.choices):
        raise DlsError(
            f"{_label(teacher)}: the runs have other scores, {_short(list(teacher.names))} for the teacher and "
            f"{_short(list(student.names))} for the student"
        )


def _expect_inputs(teacher: TaskLog, student: TaskLog) -> None:
    """Refuse items that have one id and two inputs; the id may be a mere position."""
    for name in teacher.inputs.keys() & student.inputs.keys():
        if teacher.inputs[name] != student.inputs[name]:
            raise DlsError(f"{_label(teacher)}: the item {name!r} has another input in the other run")


def differences(teacher: Run, student: Run) -> Iterator[str]:
    """Yield a sentence about each setting that differs and may."""
    for name, text in pairing_settings(teacher.harness).may_differ.items():
        values = [log.settings.get(name) for log in (teacher, student)]
        if values[0] != values[1]:
            texts = " and ".join(_short(value) for value in values)
            yield f"{text[0].upper()}{text[1:]} differs between teacher and student: {texts}."


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _joint_ids(teacher: TaskLog, student: TaskLog) -> tuple[list[str], list[str]]:
    """Return the ids of a pair's items in ascending order, with notes about those that are left out."""
    smaller, larger = sorted((teacher, student), key=lambda log: len(log.records))
    joint = smaller.records.keys() & larger.records.keys()
    least = _pairing_file().least_overlap
    if len(joint) < least * len(smaller.records) or not joint:
        raise DlsError(
            f"{_label(teacher)}: of {len(smaller.records)} items of one run, {len(joint)} are in the other; "
            f"wanted {least:.0%}, so these are not runs on the same items"
        )
    if teacher.asked == student.asked:
        return sorted(smaller.records.keys() | larger.records.keys()), []
    ids, surplus = sorted(smaller.records), len(larger.records.keys() - smaller.records.keys())
    arm = "student" if smaller is student else "teacher"
    return ids, [f"{surplus} items are left out, since the {arm} was to answer {smaller.asked} items alone."]


def _lacking(records: Mapping[str, Sequence[LogRecord]]) -> Iterator[str]:
    count = {arm: sum(record.error is not None for record in records[arm]) for arm in ARMS}
    if any(count.values()):
        texts = " and ".join(f"{count[arm]} of the {arm}" for arm in ARMS)
        yield f"Without an answer: {texts}. It counts as right for the teacher and as wrong for the student."
    if any(value > MOST_ERRORS * len(records[arm]) for arm, value in count.items()):
        yield f"That is more than {MOST_ERRORS:.0%} of the items, so that no statement on them is valid (DLS315)."
