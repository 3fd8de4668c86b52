"""The use that a student is meant for, with its profile."""

from dls.model.value import Frozen


class Scenario(Frozen, frozen=True):
    """The intended use and its profile."""

    profile: str
    version: str
    sha256: str
    fixed_on: str
    intended_use: str
    out_of_scope: str
    stakes: str
    path: str | None = None
