"""The probes to run when time is short: the most important claims first, by a quick measurement of their cost."""

import math
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from dls.errors import DlsError
from dls.model import Arm, Claim, Target
from dls.scenarios.profile import Profile
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.redraws import Redraw
from dls_probes.runs.feasible import regenerate_feasible
from dls_probes.runs.plan import Plan, PlannedProbe

_UNITS = 24  # of each probe, to measure its cost
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """Return the seconds of a time such as 90s, 10m or 2h.

    Raises:
        DlsError: it is no such time.
    """
    match = re.fullmatch(r"([0-9]{1,6}(?:[.][0-9]{1,3})?)([smh])", text)
    if match is None or float(match[1]) == 0:
        raise DlsError(f"--budget {text}: wanted a time such as 90s, 10m or 2h")
    return float(match[1]) * _SECONDS[match[2]]


def closeness(claim: Claim) -> float:
    """Return how far a claim's intervals end from its limits, in widths of the interval: 0 is on the limit."""
    return min((_distance(claim, target) for target in claim.targets), default=math.inf)


def _distance(claim: Claim, target: Target) -> float:
    limit = next((v for v in (target.margin, target.floor, target.cap, target.at_least) if v is not None), None)
    reading = {"non_inferiority": claim.loss, "absolute": claim.student, "retention": claim.retention}[target.kind]
    if limit is None or reading is None or reading.interval is None:
        return math.inf
    ends = reading.interval
    return min(abs(ends.low - limit), abs(ends.high - limit)) / max(ends.high - ends.low, 1e-9)


def unit_costs(plan: Plan, models: Mapping[Arm, ModelSpec]) -> dict[str, float]:
    """Return the seconds that a unit of each probe of a plan takes, by its id, measured on a few; 0 if it fails."""
    sample = replace(plan, probes=tuple(replace(entry, n=min(entry.n, _UNITS)) for entry in plan.probes))
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, path in regenerate_feasible(sample, models, Path(folder)).manifests.items():
            run = msgspec.json.decode((path.parent / "run.json").read_bytes())
            times[name] = sum(arm["seconds"] for arm in run["arms"].values())
    return {entry.probe.id: times.get(entry.probe.id, 0.0) / entry.n for entry in sample.probes}


def left_out(
    plans: Mapping[Redraw, PlannedProbe], profile: Profile, models: Mapping[Arm, ModelSpec], budget: float
) -> dict[Redraw, str]:
    """Return why some items are left out: they do not fit into a budget. Items that do not fit leave room for later.

    Args:
        plans: the items with their runs, the most important first.
        profile: of the statement.
        models: the verifier's.
        budget: in seconds; the measurement of the speed is part of it.
    """
    start = time.monotonic()
    probes = {redraw.probe: plan for redraw, plan in reversed(tuple(plans.items()))}
    cost = unit_costs(Plan(profile, tuple(probes.values())), models) if probes else {}
    rest = whole = budget - (time.monotonic() - start)
    reasons: dict[Redraw, str] = {}
    for redraw in plans:
        duration = cost[redraw.probe] * redraw.n
        if duration <= rest:
            rest -= duration
        else:
            reasons[redraw] = (
                f"left out: {redraw.n:,} units of {redraw.probe} would take about {duration:.0f} s, and "
                f"{max(whole, 0):.0f} s of the --budget were left for all probes after their speed was measured"
            )
    return reasons
