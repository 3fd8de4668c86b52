"""The items that a claim was measured on: a data set or the items of a probe."""

from dls.model.value import Frozen


class On(Frozen, frozen=True):
    """A data set or a part of it."""

    dataset: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    slice: str | None = None


class ProbeName(Frozen, frozen=True):
    """A probe's id and version."""

    id: str
    version: str


class Exclusion(Frozen, frozen=True):
    """Items left out for one reason."""

    reason: str
    count: int


class Items(Frozen, frozen=True):
    """How many items, and which; `of` counts those of the whole split of a data set.

    ``data`` is the digest of the data file that the items were sampled from.
    """

    n: int
    of: int | None = None
    seed: int | None = None
    seed_reason: str | None = None
    sha256: str | None = None
    data: str | None = None
    excluded: tuple[Exclusion, ...] = ()
