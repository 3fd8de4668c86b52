"""Independent readings of students at their strengths, kept in files, and the bounds that gates compare with limits."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from dls.model import ProfileTarget
from dls_probes import pair
from planted.calibrated import folder_of
from planted.independent import Bound, Reading, kept_reading, loss, told
from planted.plain_reading import BEHAVIOURS, behaviour_of
from planted.strengths import targets_about
from planted.student import Student

_TEACHER = "teacher"


def probes_read(student: Student) -> Sequence[str]:
    """Return the probes on whose items a student is read independently."""
    about = {target.probe for target in targets_about(student)}
    return [behaviour.probe for behaviour in BEHAVIOURS if behaviour.probe in about]


def read_strength(student: Student, label: str, probe: str, out: Path) -> None:
    """Read a student at a strength and the teacher, unless that is done."""
    folder = folder_of(student, label, out)
    if folder is not None:
        read_folder(folder, f"{student.name}.{label}", probe, out)


def read_folder(folder: Path, name: str, probe: str, out: Path) -> tuple[Reading, Reading]:
    """Return the readings of the teacher and of the model in a folder, under a unique name; files are read instead."""
    behaviour = behaviour_of(probe)
    teacher = kept_reading(pair.TEACHER, behaviour, _path(out, _TEACHER, probe))
    return teacher, kept_reading(folder, behaviour, _path(out, name, probe))


def earlier_readings(student: Student, label: str, probe: str, out: Path) -> tuple[Reading, Reading] | None:
    """Return the readings of the teacher and of a student at a strength; None where they are missing."""
    paths = _path(out, _TEACHER, probe), _path(out, f"{student.name}.{label}", probe)
    if not all(path.exists() for path in paths):
        return None
    teacher, reading = (msgspec.json.decode(path.read_bytes(), type=Reading) for path in paths)
    return teacher, reading


def _path(out: Path, name: str, probe: str) -> Path:
    return out / "readings" / f"{name}.{probe}.json"


def read_loss(target: ProfileTarget, teacher: Reading, student: Reading) -> Bound:
    """Return the loss that a target is about, as it was read independently, with its 95 % interval.

    It is the difference of the shares of whole units for a margin, the share of the teacher's lead that is gone for a
    retention, and the share of units that tell for a cap.
    """
    if target.kind == "absolute":
        return told(student)
    bound = loss(teacher, student)
    lead = teacher.whole / teacher.units - (target.chance or 0.0) if target.kind == "retention" else 1.0
    return Bound(*(value / lead for value in bound))


def largest_loss(target: ProfileTarget) -> float:
    """Return the loss at a target's limit, in the unit of `read_loss`."""
    return 1 - target.limit if target.kind == "retention" else target.limit
