"""From per-item records to printed numbers: probe runs, `dls recompute` and re-runs share this one path."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from dls.errors import DlsError
from dls.measuring.sample import MEANS, Sample
from dls.metrics.formulas import FORMULAS, OF_MANY_UNITS
from dls.model import Arm, Flips, Loss, Measured, PrintedInterval, ProfileTarget, Reading, ValidityCheck
from dls.probe import AnyMeasure, CrossMeasure, Measure, Probe
from dls.standard.numbers import ARMS, DIGITS
from dls.standard.registry import Metric
from dls.statistics import interval as intervals
from dls.statistics.retention import retention_interval
from dls.statistics.rounding import nearest, outward

Floats = NDArray[np.float64]
Records = Mapping[str, Sequence[Any]]
Rows: TypeAlias = Sequence[float] | Sequence[Sequence[float]]

PAIR, ACROSS = "pair", "across"  # the arms of records about both models: side by side, and each on the other's texts


def measured_metrics(
    probe: Probe,
    items: Sequence[Any],
    records: Records,
    targets: Sequence[ProfileTarget] = (),
    only: frozenset[str] | None = None,
) -> tuple[Measured, ...]:
    """Measure the metrics of a probe from the records of its models, in the printed precision.

    Args:
        probe: the probe.
        items: its items, [items].
        records: records in item order by arm: "teacher" and "student", or one of them, and "pair" or "across" for both.
        targets: the profile's targets; a retention among them asks for the share that the student retains.
        only: ids of the metrics to measure, all where None.

    Raises:
        DlsError: a metric is about none of the items.
    """
    measures = [measure for measure in probe.measures if only is None or measure.metric in only]
    return tuple(
        _measure_metric(probe, measure, items, records, targets)
        for measure in measures
        if _is_measurable(measure, records)
    )


def checks(probe: Probe, items: Sequence[Any], records: Records) -> tuple[ValidityCheck, ...]:
    """Return the probe's validity checks for each arm; a value at the floor passes, and an unknown one does not."""
    results = []
    for arm, arm_records in _records_by_model(records).items():
        for check in probe.checks:
            value = nearest(check.value(items, arm_records), DIGITS) if check.value else None
            passes = value is not None and value >= check.floor
            results.append(ValidityCheck(arm=arm, check=check.check, value=value, floor=check.floor, passed=passes))
    return tuple(results)


def unit_rows(measure: AnyMeasure, items: Sequence[Any], *records: Sequence[Any]) -> Rows:
    """Return a number for each unit where the metric is a mean, otherwise each unit's row of the formula's arguments.

    ``records`` are those of one model, of teacher and student, or about both models: the kind of the measure decides.
    """
    entries = measure.inputs(items, *records)
    formula = FORMULAS.get(measure.metric)
    is_value = isinstance(measure, CrossMeasure) and measure.computed
    if formula is None or is_value or measure.entry.kind not in MEANS:
        return entries
    if measure.metric in OF_MANY_UNITS and entries:
        try:
            columns = [np.array(column, dtype=np.float64) for column in zip(*cast("Any", entries), strict=True)]
        except ValueError:  # units of several shapes
            columns = []
        if columns:
            return cast("Rows", formula(*columns))
    return [formula(*arguments) for arguments in entries]


def _records_by_model(records: Records) -> Mapping[Arm, Sequence[Any]]:
    return {cast("Arm", arm): answers for arm, answers in records.items() if arm not in {PAIR, ACROSS}}


def _is_measurable(measure: AnyMeasure, records: Records) -> bool:
    if isinstance(measure, CrossMeasure):
        return measure.arm in records
    return isinstance(measure, Measure) or set(ARMS) <= set(records)


def _measure_metric(
    probe: Probe, measure: AnyMeasure, items: Sequence[Any], records: Records, targets: Sequence[ProfileTarget]
) -> Measured:
    entry = measure.entry
    key = f"{probe.name}/{entry.id}"
    if isinstance(measure, CrossMeasure):
        return Measured(metric=entry.id, pair=_reading(_sample(measure, key, items, records[measure.arm])))
    if not isinstance(measure, Measure):
        pair = _sample(measure, key, items, records["teacher"], records["student"])
        return Measured(metric=entry.id, pair=_reading(pair))
    samples = {arm: _sample(measure, key, items, answers) for arm, answers in _records_by_model(records).items()}
    readings: dict[str, Any] = {arm: _reading(sample) for arm, sample in samples.items()}
    ties = _near_ties(measure, items, records)
    if not set(ARMS) <= set(samples) or entry.direction == "neutral":
        return Measured(metric=entry.id, near_ties=ties, **readings)
    teacher, student = samples["teacher"], samples["student"]
    return Measured(
        metric=entry.id,
        near_ties=ties,
        **readings,
        loss=_loss(teacher, student, readings),
        retention=next((_retention(teacher, student, t) for t in targets if _asks_for_share(t, probe, entry)), None),
        flips=_flips(teacher, student) if entry.kind == "proportion" and measure.unit == "item" else None,
    )


def _near_ties(measure: Measure, items: Sequence[Any], records: Records) -> int | None:
    if measure.near_ties is None:
        return None
    return max((measure.near_ties(items, answers) for answers in _records_by_model(records).values()), default=0)


def _sample(measure: AnyMeasure, key: str, items: Sequence[Any], *records: Sequence[Any]) -> Sample:
    rows = unit_rows(measure, items, *records)
    if not len(rows):
        raise DlsError(f"{key}: the metric is about none of the items; ask for more with --n")
    return Sample(measure.entry, np.array(rows, dtype=np.float64), measure.unit, key)


def _flips(teacher: Sample, student: Sample) -> Flips:
    """Count the items that only one of the models has right."""
    lead = teacher.rows - student.rows
    return Flips(teacher_only=int((lead > 0).sum()), student_only=int((lead < 0).sum()))


def _asks_for_share(target: ProfileTarget, probe: Probe, entry: Metric) -> bool:
    return target.kind == "retention" and target.metric == entry.id and target.probe in (None, probe.id)


def _reading(sample: Sample) -> Reading:
    interval = _printed_interval(sample.interval(), sample)
    if sample.metric.kind == "proportion":
        count, n = int(sample.rows.sum()), len(sample.rows)
        return Reading(count=count, n=n, value=_round(count / n, sample.metric), interval=interval)
    return Reading(value=_round(sample.value(), sample.metric), interval=interval)


def _loss(teacher: Sample, student: Sample, readings: Mapping[str, Reading]) -> Loss:
    loss = teacher.metric.loss(readings["teacher"].value, readings["student"].value)
    assert loss is not None  # its direction is not neutral
    return Loss(value=_round(loss, teacher.metric), interval=_printed_interval(teacher.loss_interval(student), teacher))


def _retention(teacher: Sample, student: Sample, target: ProfileTarget) -> Reading | None:
    chance = target.chance if target.chance is not None else teacher.metric.chance
    if not isinstance(chance, (int, float)) or not teacher.is_mean:
        return None
    lead = teacher.value() - chance
    interval = retention_interval(teacher.rows, student.rows, chance, (teacher.metric.low, teacher.metric.high))
    if lead == 0 or math.isinf(interval.low) or math.isinf(interval.high):
        return None
    return Reading(
        value=_round((student.value() - chance) / lead, teacher.metric), interval=_printed_interval(interval, teacher)
    )


def _printed_interval(interval: intervals.Interval, sample: Sample) -> PrintedInterval | None:
    """Round an interval outward; one without two finite ends is not printed."""
    if math.isinf(interval.low) or math.isinf(interval.high):
        return None
    ends = outward(interval, sample.metric.digits(max(abs(interval.low), abs(interval.high))))
    return PrintedInterval(**ends._asdict(), unit=sample.unit, n_units=len(sample.rows))


def _round(value: float, entry: Metric) -> float:
    return nearest(value, entry.digits(value))
