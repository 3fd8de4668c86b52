"""One change between two statements."""

from typing import Literal, NamedTuple

Kind = Literal["worse", "less", "better", "more", "changed"]
KINDS: tuple[Kind, ...] = ("worse", "less", "better", "more", "changed")
"""The student lost more; the statement says less; it lost less; it says more; neither is better."""

FAILURES: tuple[Kind, ...] = ("worse", "less")
"""The changes that no reader should pass over. To say less is one of them, for a loss is easily left out."""

Part = Literal["statement", "models", "scenario", "claims", "absences", "acceptances", "evidence", "assurance"]


class Change(NamedTuple):
    """A change of one part of a statement; `old` and `new` are None where there is nothing on that side."""

    kind: Kind
    part: Part
    subject: str
    problem: str
    old: str | None = None
    new: str | None = None
