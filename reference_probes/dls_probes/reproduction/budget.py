"""Which probes to run when time is short: the claims that matter most first, by a quick measurement of their cost."""

import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from dls.errors import DlsError
from dls.model import Arm, Claim, Target
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.feasible import regenerate_possible
from dls_probes.runs.plan import Plan, PlannedProbe

_UNITS = 24  # of each probe, to measure its cost
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """Return the seconds of a time such as 90s, 10m or 2h.

    Raises:
        DlsError: it is no such time.
    """
    found = re.fullmatch(r"([0-9]{1,6}(?:[.][0-9]{1,3})?)([smh])", text)
    if found is None or float(found[1]) == 0:
        raise DlsError(f"--budget {text}: wanted a time such as 90s, 10m or 2h")
    return float(found[1]) * _SECONDS[found[2]]


def closeness(claim: Claim) -> float:
    """Return how far a claim's intervals end from its limits, in widths of the interval: 0 is on the limit."""
    return min((_distance(claim, target) for target in claim.targets), default=math.inf)


def _distance(claim: Claim, target: Target) -> float:
    limit = next((v for v in (target.margin, target.floor, target.cap, target.at_least) if v is not None), None)
    tested = {"non_inferiority": claim.loss, "absolute": claim.student, "retention": claim.retention}[target.kind]
    if limit is None or tested is None or tested.interval is None:
        return math.inf
    ends = tested.interval
    return min(abs(ends.low - limit), abs(ends.high - limit)) / max(ends.high - ends.low, 1e-9)


def costs(plan: Plan, models: Mapping[Arm, ModelSpec]) -> dict[str, float]:
    """Return the seconds that each probe of a plan will take, extrapolated from a few of its units; 0 for one that fails."""
    few = replace(plan, probes=tuple(replace(one, n=min(one.n, _UNITS)) for one in plan.probes))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, path in regenerate_possible(few, models, Path(folder)).manifests.items():
            told = msgspec.json.decode((path.parent / "run.json").read_bytes())
            found[name] = sum(arm["seconds"] for arm in told["arms"].values())
    return {one.probe.id: found.get(one.probe.id, 0.0) * one.n / min(one.n, _UNITS) for one in plan.probes}


def affordable(wanted: Sequence[PlannedProbe], cost: Mapping[str, float], budget: float) -> list[PlannedProbe]:
    """Return the probes that fit, the first of them first; one that does not fit leaves room for those after it."""
    chosen, left = [], budget
    for one in wanted:
        if cost[one.probe.id] <= left:
            chosen.append(one)
            left -= cost[one.probe.id]
    return chosen
