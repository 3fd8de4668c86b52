"""The strength at which the true loss of a student made by arithmetic lies at the margin, searched on items that no verdict uses."""

from pathlib import Path

import msgspec

from dls.evidence.records import replace_file
from dls.scenarios.profile import load_profile
from planted.cell import Verdict, Where
from planted.crossing import nearest
from planted.sitting import PROFILE, Sitting
from planted.students import Scaled, Shifted, Student
from planted.teaching import BATCH, FULL, Taught

STRENGTHS = ("full", "half", "margin")
SEARCH_DRAW = 1000  # far from the draws that are judged
LARGE_DRAW = 1001
LARGE, LARGEST = 4, 16  # times the planned number of units: for a training, and for arithmetic, which is quick to try
NEAR, FINE = 0.02, 12  # of the loss that is aimed at; measurements on the way there, at most
_COARSE = 4  # steps


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
    return next(str(t.probe) for t in load_profile(PROFILE).targets if t.metric == one.metric)


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
    """Search by bisection on one draw, then by the false position on a large one; None where full strength is too weak."""
    if kept := kept_aim(one, "margin", out):
        return kept
    coarse = Sitting(Where(probe_of(one), SEARCH_DRAW), out)
    if _excess(one, coarse, 1.0) <= 0:
        return None
    low, high = 0.0, 1.0
    for _ in range(_COARSE):
        middle = (low + high) / 2
        low, high = (middle, high) if _excess(one, coarse, middle) <= 0 else (low, middle)
    found = _refined(one, low, high, out)
    keep_aim(found, one, "margin", out)
    return found


def _refined(one: Student, low: float, high: float, out: Path) -> Aimed:
    """Search between two shares of the change, and beyond them where the large draw says so."""
    large = Sitting(Where(probe_of(one), LARGE_DRAW, LARGEST), out)
    width = high - low
    while (below := _excess(one, large, low)) > 0 and low > 0:
        low, high = max(0.0, low - width), low
    while (above := _excess(one, large, high)) < 0 and high < 1:
        low, high = high, min(1.0, high + width)
        below = above

    def place(share: float) -> float:
        return round(low + share * (high - low), 6)

    limit = large.cell(one.name, high).verdict(one.metric).limit
    share = nearest(below, above, lambda share: _excess(one, large, place(share)), NEAR * limit, FINE).at
    verdict = large.cell(one.name, place(share)).verdict(one.metric)
    how = part(one, place(share))
    return Aimed(one.name, how, place(share), limit, verdict.value, verdict.low, verdict.high, verdict.n_units)


def _excess(one: Student, sitting: Sitting, strength: float) -> float:
    verdict = sitting.cell(one.name, strength).verdict(one.metric)
    return beyond(verdict, verdict.limit)
