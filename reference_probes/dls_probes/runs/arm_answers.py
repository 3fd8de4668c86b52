"""One model's answers to one planned probe: written to disk, and read again as every reader reads them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dls.evidence.records import parse_records, write_records
from dls.model import ModelIdentity, RecordFile
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.run import Result


@dataclass(frozen=True)
class ArmAnswers:
    """One model's answers to one planned probe.

    Attributes:
        file: the record file.
        records: its records as a reader sees them: the probe's worst record for an item that ended in an error.
        digests: of the model.
        result: of the run.
        seconds: that the run took.

    """

    file: RecordFile
    records: Sequence[Any]
    digests: ModelIdentity
    result: Result
    seconds: float


def write_answers(
    planned_probe: PlannedProbe, arm: str, folder: Path, digests: ModelIdentity, result: Result, start: float
) -> ArmAnswers:
    """Write an arm's records and read them again; `start` is the monotonic time of the run's start."""
    file = write_records(folder, arm, result.records)
    path = folder / file.path
    records = parse_records(path.read_bytes().splitlines(), planned_probe.probe, planned_probe.items, str(path), arm)
    return ArmAnswers(file, records, digests, result, time.monotonic() - start)
