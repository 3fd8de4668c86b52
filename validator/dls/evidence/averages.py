"""The averages of two models that an import read, from which a draft makes transcribed claims.

The file lies in the evidence folder and is no part of a statement, which names the documents themselves.
"""

from pathlib import Path
from typing import Literal

import msgspec

from dls.errors import DlsError
from dls.model import Arm, Measured, On, OwnMetric, PinnedProfile, SourceDocument
from dls.model.value import Frozen

AVERAGES = "averages.json"


class AverageSource(Frozen, frozen=True):
    """A document that averages were copied from, with the digest of its file."""

    id: str
    arm: Arm
    sha256: str
    bytes: int
    document: SourceDocument


class AverageRow(Frozen, frozen=True):
    """Both models' averages of one metric on one data set, the id of their claim, and those of their sources.

    ``of`` counts the items of the whole split; None where the source does not say it.
    """

    id: str
    on: On
    measured: Measured
    sources: tuple[str, ...]
    of: int | None = None
    note: str | None = None


class Averages(Frozen, frozen=True):
    """The averages of a pair of models, for claims under one profile."""

    dls_averages: Literal["1.0"]
    profile: PinnedProfile
    models: dict[Arm, str]
    sources: tuple[AverageSource, ...]
    rows: tuple[AverageRow, ...]
    metrics: tuple[OwnMetric, ...] = ()


def read_averages(folder: Path) -> Averages | None:
    """Return the averages in an evidence folder; None where there are none.

    Raises:
        DlsError: the file is not in the form in which `dls import` wrote it.
    """
    path = folder / AVERAGES
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Averages)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlsError(f"{path} is not in the form in which `dls import` writes it ({error}); import again") from error
