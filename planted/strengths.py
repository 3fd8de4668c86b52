"""The strengths of a planted loss, and the search for the margin where arithmetic made the student.

At the margin the true loss is the limit. The search uses items that no verdict uses.
"""

from pathlib import Path

import msgspec

from dls.evidence.files import replace_file
from dls.model import ProfileTarget
from planted.bisection import nearest
from planted.cell import ItemDraw, TargetVerdict
from planted.evaluation import Evaluation
from planted.fixed_draws import CUE, profile_for
from planted.plain_reading import BEHAVIOURS
from planted.student import Scaled, Shifted, Student
from planted.teaching import BATCH, FULL, TaughtLesson

STRENGTHS = ("full", "half", "margin")
MIXED = "mixed"
SEARCH_DRAW = 1000  # far from the draws that are judged
LARGE_DRAW = 1001
LARGE, LARGEST = 4, 16  # times the fixed units: for a training, and for arithmetic, which is quick to try
TOLERANCE, MAX_MEASUREMENTS = 0.02, 12  # of a search: a share of the loss at the target, and a count
_COARSE_STEPS = 4


class Calibration(msgspec.Struct, frozen=True):
    """The target of a calibrated strength, how it was reached, and the value on a large independent sample.

    `share` is the place on a line of weights: from teacher to student, or between a training's last checkpoints.
    """

    student: str
    how: str
    share: float
    target: float
    value: float
    low: float
    high: float
    n_units: int


def targets_about(student: Student) -> tuple[ProfileTarget, ...]:
    """Return the targets that a student's loss is about: its own, or of damage each that is read independently."""
    targets = profile_for().targets
    if student.metric:
        return tuple(t for t in targets if (t.metric, t.dimension) == (student.metric, student.dimension))
    if student.expected != "open":
        return ()
    readings = {(behaviour.probe, behaviour.metric) for behaviour in BEHAVIOURS if behaviour.probe != CUE}
    return tuple(target for target in targets if (target.probe, target.metric) in readings)


def probe_of(student: Student) -> str:
    """Return the probe that measures the planted loss of a student."""
    return str(targets_about(student)[0].probe)


def strengths_of(student: Student) -> tuple[str, ...]:
    """Return the strengths at which a student is measured.

    The wide matrix has full strength alone. A loss that leaves the openings as they are is also mixed with the teacher.
    """
    if not student.metric or student.expected == "open":
        return STRENGTHS[:1]
    is_read = any(target.metric == behaviour.metric for target in targets_about(student) for behaviour in BEHAVIOURS)
    return (*STRENGTHS, MIXED) if is_read else STRENGTHS


def has_own_training(student: Student, label: str) -> bool:
    """Whether a student at this strength has a training of its own."""
    return isinstance(student.intervention, TaughtLesson) and label in {"half", "margin"}


def read_calibration(student: Student, label: str, out: Path) -> Calibration | None:
    """Return the result of an earlier calibration; None where there is none."""
    path = _calibration_path(student, label, out)
    return msgspec.json.decode(path.read_bytes(), type=Calibration) if path.exists() else None


def write_calibration(calibration: Calibration, student: Student, label: str, out: Path) -> None:
    """Write the result of a calibration."""
    path = _calibration_path(student, label, out)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, msgspec.json.encode(calibration))


def _calibration_path(student: Student, label: str, out: Path) -> Path:
    return out / "calibrations" / f"{student.name}.{label}.json"


def describe_part(student: Student, strength: float) -> str:
    """Describe a share of a student's change; a training has no share but the whole."""
    intervention = student.intervention
    if isinstance(intervention, Scaled | Shifted):
        return intervention.describe_part(strength)
    if not isinstance(intervention, TaughtLesson):
        return student.story
    assert strength == 1
    return f"{FULL} of {BATCH} lessons, {intervention.steps} steps"


def excess(verdict: TargetVerdict, target: float) -> float:
    """Return how far a value lies beyond a target, positive on the bad side."""
    distance = verdict.value - target
    return -distance if verdict.kind == "retention" else distance


def calibrate_margin(student: Student, out: Path) -> Calibration | None:
    """Return the strength at the margin: bisect on one draw, then use the false position on a large one.

    The result is None where full strength does not reach the margin.
    """
    if earlier := read_calibration(student, "margin", out):
        return earlier
    coarse = Evaluation(ItemDraw(probe_of(student), SEARCH_DRAW), out, only=student.metric)
    if _margin_excess(student, coarse, 1.0) <= 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(_COARSE_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _margin_excess(student, coarse, middle) <= 0 else (low, middle)
    calibration = _refine(student, low, high, out)
    write_calibration(calibration, student, "margin", out)
    return calibration


def _refine(student: Student, low: float, high: float, out: Path) -> Calibration:
    """Search between two shares of the change, and beyond them where the large draw says so."""
    large = Evaluation(ItemDraw(probe_of(student), LARGE_DRAW, LARGEST), out, only=student.metric)
    width = high - low
    while (below := _margin_excess(student, large, low)) > 0 and low > 0:
        low, high = max(0.0, low - width), low
    while (above := _margin_excess(student, large, high)) < 0 and high < 1:
        low, high = high, min(1.0, high + width)
        below = above

    def strength(share: float) -> float:
        return round(low + share * (high - low), 6)

    def measure(share: float) -> float:
        return _margin_excess(student, large, strength(share))

    limit = large.cell(student.name, high).verdict(student.metric).limit
    result = strength(nearest(below, above, measure, TOLERANCE * limit, MAX_MEASUREMENTS).position)
    verdict = large.cell(student.name, result).verdict(student.metric)
    how = describe_part(student, result)
    return Calibration(student.name, how, result, limit, verdict.value, verdict.low, verdict.high, verdict.n_units)


def _margin_excess(student: Student, evaluation: Evaluation, strength: float) -> float:
    verdict = evaluation.cell(student.name, strength).verdict(student.metric)
    return excess(verdict, verdict.limit)
