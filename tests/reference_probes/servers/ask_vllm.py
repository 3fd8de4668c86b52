"""Ask the built-in teacher some items through vLLM in this process: `python -m …ask_vllm FILE PROBE…`.

The file gets the records by probe, and the description of the model.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.reference_probes.servers.side_by_side import records

from dls_probes import pair
from dls_probes.models.model_place import ModelPlace
from dls_probes.runs.open_models import open_model
from dls_probes.servers.served_spec import spec_of


def main(file: str, *probes: str) -> None:
    """Write the answers."""
    with tempfile.TemporaryDirectory() as scratch, open_model(spec_of(ModelPlace(pair.TEACHER), backend="vllm")) as it:
        answers = {name: records(it, name, 1, Path(scratch) / name) for name in probes}
        Path(file).write_text(json.dumps({"records": answers, "description": it.description}))


if __name__ == "__main__":
    main(*sys.argv[1:])
