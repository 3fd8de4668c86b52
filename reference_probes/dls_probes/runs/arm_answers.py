"""One model's answers to one planned probe: written to disk, and read again as every reader reads them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dls.access_level import AccessLevel
from dls.evidence.records import parse_records, write_records
from dls.model import Circumstances, ModelIdentity, RecordFile
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.run import Result


@dataclass(frozen=True)
class ArmAnswers:
    """One model's answers to one planned probe.

    Attributes:
        file: the record file.
        records: its records as a reader sees them: the probe's worst record for an item that ended in an error.
        result: of the run.
        seconds: that the run took.
        identity: of the model; None where both models took part.
        circumstances: of its answers; None where both models took part.

    """

    file: RecordFile
    records: Sequence[Any]
    result: Result
    seconds: float
    identity: ModelIdentity | None = None
    circumstances: Circumstances | None = None


def write_answers(
    planned_probe: PlannedProbe,
    arm: str,
    folder: Path,
    result: Result,
    start: float,
    access: AccessLevel = "white_box",
) -> ArmAnswers:
    """Write an arm's records and read them again; `start` is the monotonic time of the run's start.

    The records of a model with less `access` than its weights give lack some parts.
    """
    file = write_records(folder, arm, result.records)
    path = folder / file.path
    probe = planned_probe.probe.at(access)
    records = parse_records(path.read_bytes().splitlines(), probe, planned_probe.items, str(path), arm)
    return ArmAnswers(file, records, result, time.monotonic() - start)
