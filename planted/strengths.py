"""The strength at which the true loss of a student made by arithmetic lies at the margin, searched on items that no verdict uses."""

from pathlib import Path

import msgspec

from dls.evidence import replace_file
from dls.profile import load
from planted.cell import Verdict, Where
from planted.sitting import PROFILE, Sitting
from planted.students import Scaled, Shifted, Student
from planted.teaching import BATCH, FULL, Taught

STRENGTHS = ("full", "half", "margin")
SEARCH_DRAW = 1000  # far from the draws that are judged
LARGE_DRAW = 1001
LARGE = 4  # times the planned number of units
_COARSE, _FINE = 5, 2  # steps


class Aimed(msgspec.Struct, frozen=True):
    """What was aimed at, how it was reached, and what the large independent sample says is true there.

    `share` is the place on a line of weights: from the teacher to the student, or between a training's last checkpoints.
    """

    student: str
    how: str
    share: float
    target: float
    value: float
    low: float
    high: float
    n_units: int


def probe_of(one: Student) -> str:
    """Return the probe that measures what the student was made to lose."""
    return next(str(t.probe) for t in load(PROFILE).targets if t.metric == one.metric)


def is_dosed(one: Student, label: str) -> bool:
    """Whether a student at this strength is a training of its own."""
    return isinstance(one.made, Taught) and label != "full"


def kept_aim(one: Student, label: str, out: Path) -> Aimed | None:
    """Return what an earlier search or training reached; None where there was none."""
    path = _aim_file(one, label, out)
    return msgspec.json.decode(path.read_bytes(), type=Aimed) if path.exists() else None


def keep_aim(found: Aimed, one: Student, label: str, out: Path) -> None:
    """Write it, for `kept_aim`."""
    path = _aim_file(one, label, out)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, msgspec.json.encode(found))


def _aim_file(one: Student, label: str, out: Path) -> Path:
    return out / "aims" / f"{one.name}.{label}.json"


def part(one: Student, strength: float) -> str:
    """Say what a share of a student's change is: arithmetic is the same on the line between the weights, a training is not."""
    if isinstance(one.made, Scaled | Shifted):
        return one.made.part(strength)
    assert isinstance(one.made, Taught)
    assert strength == 1
    return f"{FULL} of {BATCH} lessons, {one.made.steps} steps"


def beyond(verdict: Verdict, target: float) -> float:
    """Return how far beyond a target a value lies: positive on the bad side."""
    over = verdict.value - target
    return -over if verdict.kind == "retention" else over


def at_margin(one: Student, out: Path) -> Aimed | None:
    """Search by bisection on one draw, then by the false position on a larger one; None where full strength is too weak."""
    if kept := kept_aim(one, "margin", out):
        return kept
    coarse = Sitting(Where(probe_of(one), SEARCH_DRAW), out)
    found = {0.0: _at_zero(one, coarse), 1.0: _excess(one, coarse, 1.0)}
    if found[1.0] <= 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(_COARSE):
        middle = round((low + high) / 2, 6)
        found[middle] = _excess(one, coarse, middle)
        low, high = (middle, high) if found[middle] <= 0 else (low, middle)
    return _refined(one, (low, found[low]), (high, found[high]), out)


def _refined(one: Student, low: tuple[float, float], high: tuple[float, float], out: Path) -> Aimed:
    large = Sitting(Where(probe_of(one), LARGE_DRAW, LARGE), out)
    slope = (high[1] - low[1]) / (high[0] - low[0])
    strength = low[0] - low[1] / slope
    best: tuple[float, float, Verdict] | None = None
    for _ in range(_FINE):
        strength = round(min(max(strength, 0.001), 1.0), 6)
        verdict = large.cell(one.name, strength).verdict(one.metric)
        over = beyond(verdict, verdict.limit)
        if best is None or abs(over) < abs(best[0]):
            best = (over, strength, verdict)
        strength -= over / slope
    assert best is not None
    _, strength, verdict = best
    how = part(one, strength)
    found = Aimed(one.name, how, strength, verdict.limit, verdict.value, verdict.low, verdict.high, verdict.n_units)
    keep_aim(found, one, "margin", out)
    return found


def _at_zero(one: Student, sitting: Sitting) -> float:
    """Return what the teacher's own copy has: the bad side is not reached."""
    verdict = sitting.cell("copy").verdict(one.metric)
    return beyond(verdict, verdict.limit)


def _excess(one: Student, sitting: Sitting, strength: float) -> float:
    verdict = sitting.cell(one.name, strength).verdict(one.metric)
    return beyond(verdict, verdict.limit)
