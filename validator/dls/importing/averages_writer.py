"""Pairs of averages as the file from which a draft makes transcribed claims."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.errors import DlsError
from dls.evidence.averages import AVERAGES, AverageRow, Averages, AverageSource
from dls.evidence.files import replace_file
from dls.importing.average_intervals import measured_averages
from dls.importing.average_log import Average, AverageLog
from dls.importing.mapping_table import MappingTable, own_metric
from dls.importing.pairing import differences, expect_equal
from dls.model import Arm, OwnMetric, PinnedProfile
from dls.scenarios.profile import Profile
from dls.standard.namespaced_metric import as_metric
from dls.standard.numbers import ARMS, VERSION
from dls.standard.registry import BY_PROBE, Metric, load_registry

_LONGEST_SLUG = 90


class _AverageColumn(NamedTuple):
    """A metric of both averages, its definition where the registry has none, and the factor of its values."""

    metric: Metric
    definition: OwnMetric | None
    scale: Decimal


def write_averages(
    pairs: Sequence[tuple[AverageLog, AverageLog]], table: MappingTable, profile: Profile, folder: Path
) -> str:
    """Write the averages of both models, and return a sentence about their number.

    Args:
        pairs: the teacher's and the student's averages of each task.
        table: of the metrics.
        profile: that a statement from these averages is judged by.
        folder: the evidence folder, which exists.

    Raises:
        DlsError: two runs differ in a setting that decides scores, or two averages are on different scales.
    """
    entries = [entry for teacher, student in pairs for entry in _rows(teacher, student, table)]
    names: dict[str, int] = {}
    rows = [msgspec.structs.replace(row, id=_unique(row.id, names)) for row, _ in entries]
    logs = {arm: [pair[k] for pair in pairs] for k, arm in enumerate(ARMS)}
    averages = Averages(
        dls_averages=VERSION,
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        models={arm: log.model for arm in ARMS for log in logs[arm][:1] if log.model},
        sources=tuple(
            {source.id: source for arm in ARMS for log in logs[arm] if (source := _source(arm, log))}.values()
        ),
        rows=tuple(rows),
        metrics=tuple({entry.id: entry for _, entry in entries if entry}.values()),
    )
    replace_file(folder / AVERAGES, msgspec.json.format(msgspec.json.encode(averages), indent=1) + b"\n")
    count = sum(entry.measured.loss is None for entry in rows)
    rest = f" {count} of them have no better direction and become no claim." if count else ""
    return f"{len(rows)} averages without samples, for transcribed claims, which are never preserved.{rest}"


def _rows(
    teacher: AverageLog, student: AverageLog, table: MappingTable
) -> Iterator[tuple[AverageRow, OwnMetric | None]]:
    """Yield a row for each average that both have, with the definition of a metric of its own."""
    if teacher.file.sha256 == student.file.sha256:
        raise DlsError(f"{teacher.file.name} is the same for teacher and student; name two runs")
    expect_equal(teacher, student)
    note = " ".join(differences(teacher, student))[:4000] or None
    for name, average in teacher.averages.items():
        if name not in student.averages:
            continue
        pair = average, student.averages[name]
        column = _column(teacher, name, pair, table)
        same_items = teacher.items is not None and teacher.items == student.items
        row = AverageRow(
            id=_slug(f"{column.metric.dimension}-{name}-{teacher.task}"),
            on=table.on(teacher.task, teacher.filter, teacher.on),
            measured=measured_averages(column.metric, pair, column.scale, same_items=same_items),
            sources=(_source_id("teacher", teacher), _source_id("student", student)),
            of=teacher.of if teacher.of == student.of else None,
            note=note,
        )
        yield row, column.definition


def _column(log: AverageLog, name: str, pair: tuple[Average, Average], table: MappingTable) -> _AverageColumn:
    row = table.row(log.task, name, log.filter or "none")
    entry = load_registry().metrics.get(row.to or "")
    if entry is not None and entry.of == "model" and entry.dimension != BY_PROBE:
        scales = {Decimal(str(row.scale)) * _unit_scale(entry, average) for average in pair}
        values = [float(Decimal(average.text) * scale) for average in pair for scale in scales]
        is_within = [entry.low <= value <= entry.high for value in values]
        if len(scales) > 1 or (any(is_within) and not all(is_within)):
            raise DlsError(f"{log.task}: {name} is {pair[0].text} and {pair[1].text}, on two scales; write both on one")
        if all(is_within) and pair[0].direction in ("neutral", entry.direction):
            return _AverageColumn(entry, None, scales.pop())
    definition = own_metric(table.harness, f"{log.task}.{name}", row, pair[0].direction, is_proportion=False)
    definition = msgspec.structs.replace(
        definition,
        low=pair[0].low if definition.low is None else definition.low,
        high=pair[0].high if definition.high is None else definition.high,
    )
    return _AverageColumn(as_metric(definition), definition, Decimal(str(row.scale)))


def _unit_scale(entry: Metric, average: Average) -> Decimal:
    """Return the factor to the registry's unit, where both ranges are known and begin at 0; otherwise 1."""
    if average.low == entry.low == 0 and average.high and entry.high < float("inf"):
        return Decimal(str(entry.high)) / Decimal(str(average.high))
    return Decimal(1)


def _source(arm: Arm, log: AverageLog) -> AverageSource:
    return AverageSource(
        id=_source_id(arm, log), arm=arm, sha256=log.file.sha256, bytes=log.file.bytes, document=log.document
    )


def _source_id(arm: Arm, log: AverageLog) -> str:
    return f"ev-{log.harness}-{arm}-{log.file.sha256[:8]}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", text.lower()).strip("-.")[:_LONGEST_SLUG]


def _unique(name: str, names: dict[str, int]) -> str:
    """Return a name, with a number where it was there before."""
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name}-{names[name]}"
