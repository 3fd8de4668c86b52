"""The measured cost of a unit of each probe on the built-in pair, which `python -m benchmarks.probes` writes."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

_PACKAGE = Path(__file__).parents[1]


class UnitCost(NamedTuple):
    """The cost of one unit on both models of the built-in pair: seconds of one core, requests and tokens."""

    seconds: float
    requests: float
    tokens: float


class _Measurement(msgspec.Struct, frozen=True):
    units: int
    seconds: float
    requests: int
    tokens: int


def unit_cost(probe: str) -> UnitCost:
    """Return the cost of a unit of a probe; the mean of all probes where this one was not measured."""
    costs = _unit_costs()
    return costs.get(probe) or _mean(list(costs.values()))


@cache
def _unit_costs() -> dict[str, UnitCost]:
    file = _PACKAGE / "_costs.json"  # in the wheel
    path = file if file.is_file() else _PACKAGE.parents[1] / "docs" / "probes" / "costs.json"
    measurements = msgspec.json.decode(path.read_bytes(), type=dict[str, _Measurement])
    return {
        name: UnitCost(*(value / entry.units for value in (entry.seconds, entry.requests, entry.tokens)))
        for name, entry in measurements.items()
    }


def _mean(costs: list[UnitCost]) -> UnitCost:
    return UnitCost(*(sum(column) / len(costs) for column in zip(*costs, strict=True)))
