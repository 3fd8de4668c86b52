"""Regenerate the feasible part of a plan: a probe that fails here leaves the others alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Unpack

from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import Plan
from dls_probes.runs.regenerate import regenerate_evidence
from dls_probes.runs.run_options import RunOptions
from dls_probes.runs.session import ProbeFailed


class Regeneration(NamedTuple):
    """By probe, the manifests of a run, and the reasons for those that are missing."""

    manifests: Mapping[str, Path]
    failures: Mapping[str, str]


def regenerate_feasible(
    plan: Plan, models: Mapping[Arm, ModelSpec], out: Path, **options: Unpack[RunOptions]
) -> Regeneration:
    """Ask the models each probe of a plan; when one fails, the answers to the others are kept.

    Raises:
        DlsError: a model or the output folder cannot be used.
    """
    failures: dict[str, str] = {}
    while probes := tuple(entry for entry in plan.probes if entry.probe.id not in failures):
        goes_on: RunOptions = {**options, "resume": options.get("resume", False) or bool(failures)}
        try:
            paths = regenerate_evidence(replace(plan, probes=probes), models, out, **goes_on)
        except ProbeFailed as failure:
            failures[failure.probe] = f"it could not be asked: {failure}"
        else:
            return Regeneration({path.parent.name: path for path in paths}, failures)
    return Regeneration({}, failures)
