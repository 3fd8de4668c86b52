"""Regenerate what can be: a probe that cannot be asked here leaves the others alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import Plan
from dls_probes.runs.regenerate import ProbeFailed, regenerate_evidence


class Possible(NamedTuple):
    """By probe, the manifests that were written, and why another one was not."""

    manifests: Mapping[str, Path]
    failed: Mapping[str, str]


def regenerate_possible(
    plan: Plan, models: Mapping[Arm, ModelSpec], out: Path, *, workers: int = 0, resume: bool = False
) -> Possible:
    """Ask every model every planned probe that it can be asked; what the others have answered is kept when one fails.

    Raises:
        DlsError: a model or the output folder cannot be used.
    """
    failed: dict[str, str] = {}
    while left := tuple(one for one in plan.probes if one.probe.id not in failed):
        try:
            paths = regenerate_evidence(
                replace(plan, probes=left), models, out, workers=workers, resume=resume or bool(failed)
            )
        except ProbeFailed as failure:
            failed[failure.probe] = f"it could not be asked: {failure}"
        else:
            return Possible({path.parent.name: path for path in paths}, failed)
    return Possible({}, failed)
