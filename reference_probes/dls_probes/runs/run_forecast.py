"""The size of a run before it is made: items, requests, tokens, memory and time, by a pilot of its cheapest probes."""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.errors import DlsError
from dls.model import Arm
from dls_probes.models.size import BYTES, free_bytes_of, parameters
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.costs import UnitCost, unit_cost
from dls_probes.runs.course import cheapest_first
from dls_probes.runs.feasible import regenerate_feasible
from dls_probes.runs.plan import Plan, PlannedProbe
from dls_probes.runs.run_options import Watch, unwatched

UNITS = 20  # of each probe of the pilot
PILOT = 60.0  # seconds, after which no further probe joins the pilot
_GIB = 1 << 30


class ProbeForecast(NamedTuple):
    """The expected size of one probe's run on both models.

    Attributes:
        probe: its id.
        items: of each model.
        requests, tokens: of both models.
        seconds: of one process.
        has_pilot: whether its own pilot was measured; otherwise the numbers follow from those of the others.

    """

    probe: str
    items: int
    requests: int
    tokens: int
    seconds: float
    has_pilot: bool


class Forecast(NamedTuple):
    """The expected size of a run.

    Attributes:
        probes: in the order of the plan.
        memory: the bytes of each model's weights in each process, by arm.
        free: the bytes that the device has free; infinite where no call says.

    """

    probes: tuple[ProbeForecast, ...]
    memory: Mapping[Arm, int]
    free: float

    @property
    def seconds(self) -> float:
        """The time of all probes, of one process."""
        return sum(entry.seconds for entry in self.probes)


def forecast(plan: Plan, models: Mapping[Arm, ModelSpec], watch: Watch = unwatched) -> Forecast:
    """Ask the models 20 units of the cheapest probes, for about a minute, and say how large the run is.

    A probe outside of the pilot costs as much more than the pilot's as `docs/probes/costs.json` says of the built-in
    pair.

    Raises:
        DlsError: a model cannot be loaded, or no probe of the pilot can be asked.
    """
    pilots = _pilots(plan, models, watch)
    if not pilots:
        raise DlsError("no probe of the plan could be asked in the pilot; run it to see why")
    costs = [unit_cost(name) for name in pilots]
    scale = UnitCost(
        *(
            sum(values) / max(sum(expected), 1e-9)
            for values, expected in zip(zip(*pilots.values(), strict=True), zip(*costs, strict=True), strict=True)
        )
    )
    memory = {arm: parameters(spec.files.weight_paths()) * BYTES[spec.dtype] for arm, spec in models.items()}
    free = min(free_bytes_of(spec.device) for spec in models.values())
    return Forecast(tuple(_probe_forecast(entry, pilots, scale) for entry in plan.probes), memory, free)


def _pilots(plan: Plan, models: Mapping[Arm, ModelSpec], watch: Watch) -> dict[str, UnitCost]:
    """Return the cost of a unit of each probe of the pilot, on both models together."""
    start, costs = time.monotonic(), dict[str, UnitCost]()
    for entry in cheapest_first(plan.probes):
        if costs and time.monotonic() - start > PILOT:
            break
        pilot = replace(entry, n=min(entry.n, UNITS))
        with tempfile.TemporaryDirectory() as folder:
            end = regenerate_feasible(replace(plan, probes=(pilot,)), models, Path(folder), watch=watch)
            if path := end.manifests.get(entry.probe.id):
                costs[entry.probe.id] = _cost(path, pilot.n)
    return costs


def _cost(manifest: Path, units: int) -> UnitCost:
    arms = msgspec.json.decode((manifest.parent / "run.json").read_bytes())["arms"].values()
    return UnitCost(*(sum(arm[name] for arm in arms) / units for name in UnitCost._fields))


def _probe_forecast(entry: PlannedProbe, pilots: Mapping[str, UnitCost], scale: UnitCost) -> ProbeForecast:
    name = entry.probe.id
    products = (value * factor for value, factor in zip(unit_cost(name), scale, strict=True))
    cost = pilots.get(name) or UnitCost(*products)
    return ProbeForecast(
        probe=name,
        items=len(entry.items),
        requests=round(cost.requests * entry.n),
        tokens=round(cost.tokens * entry.n),
        seconds=cost.seconds * entry.n,
        has_pilot=name in pilots,
    )


def forecast_rows(result: Forecast) -> Iterator[Sequence[str]]:
    """Yield the cells of a table: a row for each probe."""
    for entry in result.probes:
        basis = f"{UNITS} units" if entry.has_pilot else "costs.json"
        yield entry.probe, f"{entry.items:,}", f"{entry.requests:,}", f"{entry.tokens:,}", _time(entry.seconds), basis


def forecast_lines(result: Forecast, workers: int) -> Iterator[str]:
    """Yield the lines below the table: the time and the memory of the whole run."""
    requests, tokens = (sum(getattr(entry, name) for entry in result.probes) for name in ("requests", "tokens"))
    division = (
        f", or {_time(result.seconds / workers)} with {workers} workers that each have a core" if workers > 1 else ""
    )
    yield f"{requests:,} requests, {tokens:,} tokens, about {_time(result.seconds)}{division}"
    sizes = ", ".join(f"{arm} {size / _GIB:.2g} GiB" for arm, size in result.memory.items())
    times = f" in each of {workers} processes" if workers > 1 else ""
    yield f"memory: {sizes}{times}, one model at a time; {result.free / _GIB:.3g} GiB are free"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"  # noqa: PLR2004  two minutes
