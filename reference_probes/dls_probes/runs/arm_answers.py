"""What one model answered to one planned probe: written, and read again as every reader will."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dls.evidence.records import parse_records, write_records
from dls.model import ModelDigests, RecordFile
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.run import Result


@dataclass
class Answers:
    """What one model answered to one planned probe, and how."""

    file: RecordFile
    records: Sequence[Any]
    asked: ModelDigests
    result: Result
    seconds: float = field(default=0.0)

    @property
    def failed(self) -> frozenset[str]:
        """Return the ids of the items that ended in an error."""
        return frozenset(str(record["id"]) for record in self.result.records if "error" in record)


def written(
    planned: PlannedProbe, arm: str, folder: Path, asked: ModelDigests, result: Result, started: float
) -> Answers:
    """Write an arm's records and read them again as every reader will."""
    file = write_records(folder, arm, result.records)
    path = folder / file.path
    records = parse_records(path.read_bytes().splitlines(), planned.probe, planned.items, str(path), arm)
    return Answers(file, records, asked, result, time.monotonic() - started)
