"""What one model answered to one planned probe: written, and read again as every reader will."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dls.evidence.records import items_of, parse_records, write_records
from dls.model import AskedModel, RecordFile
from dls_probes.runs.plan import Planned
from dls_probes.runs.run import Result


@dataclass
class Answers:
    """What one model answered to one planned probe, and how."""

    file: RecordFile
    records: Sequence[Any]
    asked: AskedModel
    result: Result
    seconds: float = field(default=0.0)

    @property
    def failed(self) -> frozenset[str]:
        """Return the ids of the items that ended in an error."""
        return frozenset(str(record["id"]) for record in self.result.records if "error" in record)


def written(planned: Planned, arm: str, folder: Path, asked: AskedModel, result: Result, started: float) -> Answers:
    """Write an arm's records and read them again as every reader will."""
    items = items_of(planned.probe, planned.seed, planned.n, planned.phrasings)
    file = write_records(folder, arm, result.records)
    path = folder / file.path
    records = parse_records(path.read_bytes().splitlines(), planned.probe, items, str(path), arm)
    return Answers(file, records, asked, result, time.monotonic() - started)
