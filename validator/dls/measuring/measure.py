"""From per-item records to printed numbers: the one path that probe runs, `dls recompute` and re-runs share."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dls.errors import DlsError
from dls.measuring.sample import Sample
from dls.model import Arm, Flips, Interval, Loss, Measured, ProfileTarget, Reading, ValidityCheck
from dls.probe import AnyMeasure, CrossMeasure, Measure, PairMeasure, Probe, Rows
from dls.standard.registry import Metric, metric
from dls.statistics import interval as intervals
from dls.statistics.retention import retention
from dls.statistics.rounding import nearest, outward

Floats = NDArray[np.float64]
Records = Mapping[str, Sequence[Any]]

PAIR, ACROSS = "pair", "across"  # the arms of records about both models: side by side, and of one on the other's texts
DIGITS = 4
FINE_DIGITS = 6  # for values that four decimals would not tell from zero
FINE_BELOW = 0.01


def measure(
    probe: Probe,
    items: Sequence[Any],
    records: Records,
    targets: Sequence[ProfileTarget] = (),
    only: frozenset[str] | None = None,
) -> tuple[Measured, ...]:
    """Measure every metric of a probe from the records of its models, in the printed precision.

    Args:
        probe: what was asked.
        items: its items, [items].
        records: records in item order by arm: "teacher" and "student", or one of them, and "pair" or "across" for both.
        targets: the profile's targets; a retention among them asks for the share kept.
        only: ids of the metrics that are wanted, all where None.

    Raises:
        DlsError: no item is one that some metric is about.
    """
    wanted = [m for m in probe.measures if only is None or m.metric in only]
    return tuple(_measured(probe, m, items, records, targets) for m in wanted if _possible(m, records))


def checks(probe: Probe, items: Sequence[Any], records: Records) -> tuple[ValidityCheck, ...]:
    """Return the probe's validity checks for every arm; a value at the floor passes."""
    found = []
    for arm, answers in _models(records).items():
        for check in probe.checks:
            value = nearest(check.value(items, answers), DIGITS)
            found.append(
                ValidityCheck(arm=arm, check=check.check, value=value, floor=check.floor, passed=value >= check.floor)
            )
    return tuple(found)


def _models(records: Records) -> Mapping[Arm, Sequence[Any]]:
    return {cast("Arm", arm): answers for arm, answers in records.items() if arm not in {PAIR, ACROSS}}


def _possible(wanted: AnyMeasure, records: Records) -> bool:
    if isinstance(wanted, CrossMeasure):
        return wanted.arm in records
    return isinstance(wanted, Measure) or {"teacher", "student"} <= set(records)


def _measured(
    probe: Probe,
    wanted: AnyMeasure,
    items: Sequence[Any],
    records: Records,
    targets: Sequence[ProfileTarget],
) -> Measured:
    entry = metric(wanted.metric)
    key = f"{probe.name}/{entry.id}"
    if not isinstance(wanted, Measure):
        return Measured(metric=entry.id, pair=_reading(_sample(_pair_rows(wanted, items, records), wanted, key)))
    samples = {arm: _sample(wanted.rows(items, answers), wanted, key) for arm, answers in _models(records).items()}
    readings: dict[str, Any] = {arm: _reading(sample) for arm, sample in samples.items()}
    ties = (
        max((wanted.near_ties(items, answers) for answers in _models(records).values()), default=0)
        if wanted.near_ties
        else None
    )
    if not {"teacher", "student"} <= set(samples) or entry.direction == "neutral":
        return Measured(metric=entry.id, near_ties=ties, **readings)
    teacher, student = samples["teacher"], samples["student"]
    kept = next((_retention(teacher, student, t) for t in targets if _asks_for_share(t, probe, entry)), None)
    lost = _loss(teacher, student, readings)
    flips = _flips(teacher, student) if entry.kind == "proportion" and wanted.unit == "item" else None
    return Measured(metric=entry.id, near_ties=ties, **readings, loss=lost, retention=kept, flips=flips)


def _sample(rows: Rows, wanted: AnyMeasure, key: str) -> Sample:
    if not len(rows):
        raise DlsError(f"{key}: none of the items asked is one that this metric is about; ask for more with --n")
    return Sample(metric(wanted.metric), np.array(rows, dtype=np.float64), wanted.unit, key)


def _flips(teacher: Sample, student: Sample) -> Flips:
    """Count the items that only one of the models has."""
    lead = teacher.rows - student.rows
    return Flips(teacher_only=int((lead > 0).sum()), student_only=int((lead < 0).sum()))


def _pair_rows(wanted: PairMeasure | CrossMeasure, items: Sequence[Any], records: Records) -> Rows:
    if isinstance(wanted, CrossMeasure):
        return wanted.rows(items, records[wanted.arm])
    return wanted.rows(items, records["teacher"], records["student"])


def _asks_for_share(target: ProfileTarget, probe: Probe, entry: Metric) -> bool:
    return target.kind == "retention" and target.metric == entry.id and target.probe in (None, probe.id)


def _reading(sample: Sample) -> Reading:
    interval = _printed(sample.interval(), sample)
    if sample.metric.kind == "proportion":
        count, n = int(sample.rows.sum()), len(sample.rows)
        return Reading(count=count, n=n, value=_rounded(count / n), interval=interval)
    return Reading(value=_rounded(sample.value()), interval=interval)


def _loss(teacher: Sample, student: Sample, readings: Mapping[str, Reading]) -> Loss:
    lost = teacher.metric.loss(readings["teacher"].value, readings["student"].value)
    assert lost is not None  # its direction is not neutral
    digits = _digits(lost)
    return Loss(value=nearest(lost, max(digits, DIGITS)), interval=_printed(teacher.loss_interval(student), teacher))


def _retention(teacher: Sample, student: Sample, target: ProfileTarget) -> Reading | None:
    chance = target.chance if target.chance is not None else teacher.metric.chance
    if not isinstance(chance, (int, float)) or not teacher.is_mean:
        return None
    lead = teacher.value() - chance
    found = retention(teacher.rows, student.rows, chance, (teacher.metric.low, teacher.metric.high))
    if lead == 0 or math.isinf(found.low) or math.isinf(found.high):
        return None
    return Reading(value=_rounded((student.value() - chance) / lead), interval=_printed(found, teacher))


def _printed(found: intervals.Interval, sample: Sample) -> Interval | None:
    """Round an interval outward; one without a finite end is not printed."""
    if math.isinf(found.low) or math.isinf(found.high):
        return None
    printed = outward(found, _digits(max(abs(found.low), abs(found.high))))
    return Interval(**printed._asdict(), unit=sample.unit, n_units=len(sample.rows))


def _digits(value: float) -> int:
    return FINE_DIGITS if 0 < abs(value) < FINE_BELOW else DIGITS


def _rounded(value: float) -> float:
    return nearest(value, _digits(value))
