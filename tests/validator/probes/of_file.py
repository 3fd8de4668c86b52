"""Items of a probe from the lines of a file, as a user gives them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import read_data, with_data_file


def items_of_file(name: str, folder: Path, rows: Sequence[Any], n: int, seed: int = 3) -> Sequence[Any]:
    """Write the rows to ``mine.jsonl`` and return ``n`` units of the probe from it."""
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return with_data_file(find_probe(name), read_data(path)).items(seed, n)
