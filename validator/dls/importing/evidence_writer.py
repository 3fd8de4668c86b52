"""Write pairs of logs as an evidence folder: manifests and records, whole or not at all."""

import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls.evidence.averages import AVERAGES
from dls.evidence.files import replace_file
from dls.evidence.folder import today
from dls.evidence.log_records import SOURCES, complete_records, joined_items
from dls.evidence.records import write_manifest
from dls.importing.average_log import AverageLog
from dls.importing.averages_writer import write_averages
from dls.importing.mapping_table import MappingTable, own_metric
from dls.importing.pairing import JoinedLogs, score_columns
from dls.importing.task_log import TaskLog
from dls.logs.log_probe import CHOICE_METRICS, LOG_PROBE, probe_of_log, score_metric
from dls.logs.log_record import LogRecord
from dls.measuring.measure import checks, measured_metrics
from dls.model import (
    Log,
    LogScore,
    Manifest,
    ManifestItems,
    ModelIdentity,
    OwnMetric,
    PinnedProfile,
    RecordFile,
    SourceFile,
    Unmeasured,
)
from dls.probe import items_sha256
from dls.scenarios.profile import Profile
from dls.standard.numbers import ARMS, VERSION
from dls.standard.registry import load_registry

_MARKS = frozenset({0.0, 1.0})
_MEANS = frozenset({"proportion", "bounded_mean", "mean"})


class _Column(NamedTuple):
    """A score of the logs with its metric, and the definition of one that the registry lacks."""

    score: LogScore
    definition: OwnMetric | None


def write_evidence(
    pairs: Sequence[JoinedLogs],
    averages: Sequence[tuple[AverageLog, AverageLog]],
    table: MappingTable,
    profile: Profile,
    folder: Path,
    *,
    texts: bool = False,
) -> list[str]:
    """Write a manifest with records for each pair and one file of all averages; return a sentence about each.

    A kill leaves no folder, or the whole.

    Args:
        pairs: of one teacher and one student.
        averages: of the tasks without samples.
        table: of the metrics.
        profile: that a statement from this evidence is judged by.
        folder: to write; it must not exist.
        texts: whether to copy the logs beside the records, with all prompts and answers in them.

    Raises:
        DlsError: the folder exists, or a log's scores do not fit their metrics.
    """
    if folder.exists():
        raise DlsError(f"{folder} exists; name another folder, or remove it")
    partial = folder.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        partial.mkdir(parents=True)
        names = [_write_pair(pair, table, profile, partial) for pair in pairs]
        for pair, name in zip(pairs, names, strict=True) if texts else ():
            _copy_sources(pair, partial / name)
        if len(set(names)) < len(names):
            raise DlsError("two tasks have the same name in lower case; import them one by one")
        sentence = write_averages(averages, table, profile, partial) if averages else ""
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    lines = [
        f"{folder / name}: {len(pair.records['teacher'])} items. {' '.join(pair.notes)}".rstrip()
        for pair, name in zip(pairs, names, strict=True)
    ]
    return [*lines, f"{folder / AVERAGES}: {sentence}"] if averages else lines


def _write_pair(pair: JoinedLogs, table: MappingTable, profile: Profile, root: Path) -> str:
    columns, gaps = _columns(pair, table)
    log, name = _log(pair, columns, table), _folder_name(pair.teacher)
    if not log.choices and not columns:
        raise DlsError(f"{log.task}: no score of the log can be measured")
    records = {arm: score_columns(pair.records[arm], pair.teacher.names, log.scores) for arm in ARMS}
    items = joined_items(records["teacher"], records["student"], log.task)
    folder = root / name
    folder.mkdir()
    probe = probe_of_log(log)
    complete: dict[str, Any] = {arm: complete_records(items, records[arm], arm, log, log.task) for arm in ARMS}
    manifest = Manifest(
        dls_evidence=VERSION,
        probe=LOG_PROBE,
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        items=ManifestItems(n=len(items), sha256=items_sha256(items)),
        arms={arm: ModelIdentity() for arm in ARMS},
        circumstances={},
        settings={},
        records=tuple(_write_records(folder, arm, records[arm]) for arm in ARMS),
        errors={arm: sum(record.error is not None for record in records[arm]) for arm in ARMS},
        checks=checks(probe, items, complete),
        metrics=measured_metrics(probe, items, complete, profile.targets),
        unmeasured=tuple(gaps),
        log=log,
    )
    write_manifest(folder, manifest)
    days = [entry.started for entry in (pair.teacher, pair.student) if entry.started]
    replace_file(folder / "run.json", msgspec.json.encode({"started": f"{max(days, default=today())}T00:00:00Z"}))
    return name


def _copy_sources(pair: JoinedLogs, folder: Path) -> None:
    for arm, log in zip(ARMS, (pair.teacher, pair.student), strict=True):
        place = folder / SOURCES / arm
        place.mkdir(parents=True)
        for file in log.files:
            shutil.copyfile(file.path, place / file.name)


def _columns(pair: JoinedLogs, table: MappingTable) -> tuple[list[_Column], list[Unmeasured]]:
    """Return the scores that can be measured, each with its metric, and those that cannot, with the reason."""
    teacher, columns, gaps = pair.teacher, list[_Column](), list[Unmeasured]()
    has_errors = any(record.error is not None for arm in ARMS for record in pair.records[arm])
    for place, name in enumerate(teacher.names):
        column = _column(pair, table, place, name)
        metric = score_metric(_log(pair, [column], table), column.score.metric)
        if has_errors and not (metric.low > -float("inf") and metric.high < float("inf")):
            reason = f"{name} has no best and worst value that could stand for a missing answer"
            gaps.append(Unmeasured(metric=metric.id, reason=reason))
        elif metric.id not in {entry.score.metric for entry in columns}:
            columns.append(column)
    return columns, gaps


def _column(pair: JoinedLogs, table: MappingTable, place: int, name: str) -> _Column:
    teacher = pair.teacher
    row = table.row(teacher.task, name, teacher.filter or "none")
    scores = {record.scores[place] for arm in ARMS for record in pair.records[arm] if record.error is None}
    scores = {score * row.scale for score in scores}
    counterpart = load_registry().metrics.get(row.to or "")
    direction = teacher.directions.get(name, "neutral")
    fits = counterpart is not None and counterpart.kind in _MEANS and counterpart.of == "model"
    if counterpart is not None and fits and not (teacher.choices and counterpart.id in CHOICE_METRICS):
        if direction not in ("neutral", counterpart.direction):
            raise DlsError(
                f"{teacher.task}: the log says that {direction} {name} is better, and {counterpart.id} is better "
                f"{counterpart.direction}; map it to another metric"
            )
        in_range = all(counterpart.low <= score <= counterpart.high for score in scores)
        if in_range and (counterpart.kind != "proportion" or scores <= _MARKS):
            return _Column(LogScore(name=name, metric=counterpart.id, scale=row.scale), None)
    definition = own_metric(table.harness, name, row, direction, is_proportion=scores <= _MARKS)
    return _Column(LogScore(name=name, metric=definition.id, scale=row.scale), definition)


def _log(pair: JoinedLogs, columns: Sequence[_Column], table: MappingTable) -> Log:
    teacher, student = pair.teacher, pair.student
    sizes = {entry.of for entry in (teacher, student)}
    return Log(
        harness=teacher.harness,
        version=teacher.version,
        command=teacher.command,
        task=teacher.task,
        filter=teacher.filter,
        on=table.on(teacher.task, teacher.filter, teacher.on),
        of=sizes.pop() if len(sizes) == 1 else None,
        choices=teacher.choices,
        scores=tuple(column.score for column in columns),
        metrics=tuple(column.definition for column in columns if column.definition is not None),
        models={arm: entry.model for arm, entry in zip(ARMS, (teacher, student), strict=True) if entry.model},
        sources=tuple(
            SourceFile(arm=arm, name=file.name, sha256=file.sha256, bytes=file.bytes)
            for arm, entry in zip(ARMS, (teacher, student), strict=True)
            for file in entry.files
        ),
        notes=tuple(note[:4000] for note in (*_share(pair), *pair.notes, *teacher.notes))[:50],
    )


def _share(pair: JoinedLogs) -> list[str]:
    """Return the share of the data set's split that the items are, as a sentence."""
    n, of = len(pair.records["teacher"]), pair.teacher.of
    if of is None:
        return [f"{n} items; the log does not say how many the whole split has."]
    return [f"{n} of the {of} items of the split."]


def _folder_name(log: TaskLog) -> str:
    parts = (log.harness, log.task, *([log.filter] if log.filter else []))
    return re.sub(r"[^a-z0-9._-]", "_", ".".join(parts).lower())[:90]


def _write_records(folder: Path, arm: Any, records: Sequence[LogRecord]) -> RecordFile:
    data = msgspec.json.Encoder(order="sorted").encode_lines(records)
    replace_file(folder / f"{arm}.jsonl", data)
    return RecordFile(arm=arm, path=f"{arm}.jsonl", sha256=sha256_hex(data), bytes=len(data), count=len(records))
