"""Some items of a probe, asked of a model behind a server and of the same model here."""

from pathlib import Path
from typing import Any

import msgspec

from dls.evidence.records import make_items
from dls.probes.catalogue import find_probe
from dls_probes.engine.ledger import Ledger
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.limited_access import under_access
from dls_probes.runs.open_models import OpenModel
from dls_probes.runs.run import ProbeRun, elicit_model

SEED = 7


def records(model: OpenModel, name: str, units: int, ledger: Path) -> list[Any]:
    """Return the records of a model as JSON values."""
    probe = find_probe(name)
    elicit = under_access(ELICITATIONS[name], model.spec.access)
    run = ProbeRun(name, probe.version, elicit, make_items(probe, SEED, units), SEED)
    with Ledger(ledger) as open_ledger:
        return [msgspec.to_builtins(record) for record in elicit_model(run, model, open_ledger).records]


def difference(first: Any, second: Any) -> float:
    """Return the largest difference of two numbers in the same place; infinite where anything else differs."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return max((difference(first[name], second[name]) for name in first), default=0.0)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple) and len(first) == len(second):
        return max(map(difference, first, second), default=0.0)
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second)
    return 0.0 if first == second else float("inf")
