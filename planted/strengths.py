"""The strength at which a student's true loss lies at the margin, searched on items that no verdict uses."""

from pathlib import Path

import msgspec

from dls.evidence import replace_file
from dls.profile import load
from planted.cell import Verdict, Where
from planted.sitting import PROFILE, Sitting
from planted.students import Student

SEARCH_DRAW = 1000  # far from the draws that are judged
LARGE_DRAW = 1001
LARGE = 4  # times the planned number of units
_COARSE, _FINE = 5, 2  # steps


class AtMargin(msgspec.Struct, frozen=True):
    """The strength found, the limit, and what the large independent sample says is true there."""

    student: str
    strength: float
    limit: float
    value: float
    low: float
    high: float
    n_units: int


def probe_of(one: Student) -> str:
    """Return the probe that measures what the student was made to lose."""
    return next(str(t.probe) for t in load(PROFILE).targets if t.metric == one.metric)


def excess(verdict: Verdict) -> float:
    """Return how far beyond the limit a value lies: positive on the bad side."""
    over = verdict.value - verdict.limit
    return -over if verdict.kind == "retention" else over


def at_margin(one: Student, out: Path) -> AtMargin | None:
    """Search by bisection on one draw, then by the false position on a larger one; None where full strength is too weak."""
    path = out / "margins" / f"{one.name}.json"
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=AtMargin)
    coarse = Sitting(Where(probe_of(one), SEARCH_DRAW), out)
    found = {0.0: _at_zero(one, coarse), 1.0: excess(coarse.cell(one.name).verdict(one.metric))}
    if found[1.0] <= 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(_COARSE):
        middle = round((low + high) / 2, 6)
        found[middle] = excess(coarse.cell(one.name, middle).verdict(one.metric))
        low, high = (middle, high) if found[middle] <= 0 else (low, middle)
    return _refined(one, (low, found[low]), (high, found[high]), out, path)


def _refined(one: Student, low: tuple[float, float], high: tuple[float, float], out: Path, path: Path) -> AtMargin:
    large = Sitting(Where(probe_of(one), LARGE_DRAW, LARGE), out)
    slope = (high[1] - low[1]) / (high[0] - low[0])
    strength = low[0] - low[1] / slope
    best: tuple[float, float, Verdict] | None = None
    for _ in range(_FINE):
        strength = round(min(max(strength, 0.001), 1.0), 6)
        verdict = large.cell(one.name, strength).verdict(one.metric)
        over = excess(verdict)
        if best is None or abs(over) < abs(best[0]):
            best = (over, strength, verdict)
        strength -= over / slope
    assert best is not None
    _, strength, verdict = best
    found = AtMargin(one.name, strength, verdict.limit, verdict.value, verdict.low, verdict.high, verdict.n_units)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, msgspec.json.encode(found))
    return found


def _at_zero(one: Student, sitting: Sitting) -> float:
    """Return what the teacher's own copy has: the bad side is not reached."""
    return excess(sitting.cell("copy").verdict(one.metric))
