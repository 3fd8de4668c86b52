"""A student at one of its strengths: by arithmetic on the line between the weights, by a training of its own where it is taught."""

from pathlib import Path

from planted.cell import Cell
from planted.doses import final, reached
from planted.sitting import Sitting
from planted.strengths import Aimed, at_margin, is_dosed
from planted.students import Student

_SHARES = {"full": 1.0, "half": 0.5}  # of the factor's change, or of the nats


def seated(one: Student, label: str, sitting: Sitting) -> Cell | None:
    """Return a student's cell at a strength; None where its full strength does not reach the margin."""
    filed = filed_as(one, label, aimed(one, label, sitting.out))
    if filed is None:
        return None
    return sitting.of(final(one, label, sitting.out), *filed) if is_dosed(one, label) else sitting.cell(*filed)


def aimed(one: Student, label: str, out: Path) -> Aimed | None:
    """Search or train a strength, unless that is done; None where there is nothing to search."""
    if is_dosed(one, label):
        return reached(one, label, out)
    return at_margin(one, out) if label == "margin" else None


def filed_as(one: Student, label: str, aim: Aimed | None) -> tuple[str, float] | None:
    """Return the name and the share of the way under which a strength's cells are kept."""
    if is_dosed(one, label):
        return f"{one.name}.{label}", 1.0
    share = _SHARES.get(label, aim.share if aim else None)
    return None if share is None else (one.name, share)
