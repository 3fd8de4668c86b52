"""Read the records of a foreign log, with a stand-in for each missing answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dls.evidence.manifest_probe import probe_of_manifest
from dls.evidence.records import RecordedRun, RecordError, check_sizes, record_bytes
from dls.logs.log_probe import score_metric
from dls.logs.log_record import LogItem, LogRecord, item_of, stand_in
from dls.model import Log, Manifest
from dls.probe import items_sha256
from dls.standard.numbers import ARMS
from dls.standard.registry import Metric

SOURCES = "sources"
"""The folder beside a manifest in which the files of its log may lie, one folder a model."""


def read_log_records(manifest: Manifest, folder: Path) -> RecordedRun:
    """Read the records of both models, which have to be about the items of the manifest.

    Args:
        manifest: with a log.
        folder: of the manifest.

    Raises:
        DlsError: a record file is not at hand, or a missing answer has no stand-in.
        RecordError: a record file is altered or breaks its schema, or the items are others than the manifest's.
    """
    log = manifest.log
    assert log is not None
    check_sizes(manifest, folder)
    files = {entry.arm: entry for entry in manifest.records}
    if set(files) != set(ARMS) or len(manifest.records) != len(ARMS):
        raise RecordError(f"{folder}: the records of a log are of the teacher and of the student, each one file")
    answers = {
        arm: parse_log_records(record_bytes(folder, files[arm]).splitlines(), str(folder / files[arm].path))
        for arm in ARMS
    }
    items = joined_items(answers["teacher"], answers["student"], str(folder))
    if (digest := items_sha256(items)) != manifest.items.sha256 or len(items) != manifest.items.n:
        raise RecordError(
            f"{folder}: the records are of {len(items)} items with digest {digest}, "
            f"the manifest says {manifest.items.n} with digest {manifest.items.sha256}"
        )
    records: dict[str, Any] = {arm: complete_records(items, answers[arm], arm, log, str(folder)) for arm in ARMS}
    return RecordedRun(manifest, probe_of_manifest(manifest), items, records)


def parse_log_records(lines: Sequence[bytes], path: str) -> list[LogRecord]:
    """Return the records of a log, one a line.

    Raises:
        RecordError: a line is no such record, or an earlier line is of the same item.
    """
    decoder, names = msgspec.json.Decoder(LogRecord), set[str]()
    records = []
    for number, line in enumerate(lines, 1):
        try:
            record = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise RecordError(f"{path}:{number}: no record of a log: {error}") from error
        if record.id in names:
            raise RecordError(f"{path}:{number}: the item {record.id!r} has a record already")
        names.add(record.id)
        records.append(record)
    return records


def joined_items(teacher: Sequence[LogRecord], student: Sequence[LogRecord], place: str) -> tuple[LogItem, ...]:
    """Return the items of two models' records.

    Raises:
        RecordError: the two are about other items, or in another order.
    """
    if [record.id for record in teacher] != [record.id for record in student]:
        raise RecordError(f"{place}: the records of teacher and student are not about the same items in one order")
    return tuple(map(item_of, teacher, student))


def complete_records(
    items: Sequence[LogItem], records: Sequence[LogRecord], arm: str, log: Log, place: str
) -> tuple[LogRecord, ...]:
    """Return one model's records, with a stand-in for each missing answer.

    Args:
        items: of the log.
        records: the model's, in the order of the items.
        arm: of the model.
        log: of the manifest.
        place: the folder, for messages.

    Raises:
        DlsError: a missing answer has no stand-in, since a metric is unbounded.
        RecordError: a record has other options or scores than its item and log.
    """
    metrics = tuple(score_metric(log, score.metric) for score in log.scores)
    complete = []
    for item, record in zip(items, records, strict=True):
        answer = record if record.error is None else stand_in(item, arm, metrics)
        if not _fits(item, answer, metrics, choices=log.choices):
            raise RecordError(
                f"{place}: the {arm}'s record of item {item.id!r} does not fit the log's options or scores"
            )
        complete.append(answer)
    return tuple(complete)


def _fits(item: LogItem, record: LogRecord, metrics: tuple[Metric, ...], *, choices: bool) -> bool:
    """Whether a record has its item's options, and for each metric a score within its range."""
    if choices:
        has_options = 0 <= item.answer < item.options and len(record.logprobs) == 1
    else:
        has_options = item.answer < 0 and not record.logprobs
    is_same = (record.answer, record.options) == (item.answer, item.options)
    if not (has_options and is_same and len(record.scores) == len(metrics)):
        return False
    return all(metric.low <= score <= metric.high for metric, score in zip(metrics, record.scores, strict=True))
