"""How a second run asks the models: as the statement's own evidence was asked, but for what the verifier says."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dls.case import Case
from dls.errors import DlsError
from dls.model import Manifest
from dls.model.statement import Arm
from dls.tolerance import Mode
from dls_probes.transformers_model import ModelSpec

REFERENCE = "float32"
_MOST_THREADS = 1024
_POSSIBLE: Mapping[str, Collection[Any]] = {
    "dtype": (REFERENCE, "bfloat16", "float16"),
    "threads": range(1, _MOST_THREADS + 1),
    "prompt_format": ("chat", "plain"),
    "fold_system": (False, True),
    "frame": ("none", "few_shot"),
}
_WORDING = ("prompt_format", "fold_system", "frame")  # another one of these asks another question


def as_asked(case: Case, arm: Arm, folder: Path, given: Mapping[str, Any]) -> ModelSpec:
    """Return how a model is asked again: as the evidence says and, where the verifier says something else, as given.

    Args:
        case: the statement's case.
        arm: which of its models.
        folder: where the verifier has that model.
        given: what the verifier said, by field of `ModelSpec`.

    Raises:
        DlsError: the evidence was asked in a way that this release does not know, or in several ways at once, or the
            verifier wants a prompt worded in another way.
    """
    asked: dict[str, Any] = {}
    for probe, settings in _evidence(case, arm):
        said = {name: settings.get(name, "none") for name in _POSSIBLE if name in settings or name == "frame"}
        _refuse_unknown(probe, said, given)
        for name in _WORDING:
            _refuse_other_wording(probe, name, said.get(name), asked.get(name))
        asked = {**said, **asked}
    for name in _WORDING:
        _refuse_other_wording("this run", name, given.get(name), asked.get(name))
    return ModelSpec(folder, **{**asked, **given})


def is_reduced(case: Case, models: Mapping[Arm, ModelSpec]) -> bool:
    """Whether this run or the statement's own computed in a reduced precision: numbers are then compared as samples."""
    said = (settings.get("dtype", REFERENCE) for arm in models for _, settings in _evidence(case, arm))
    return any(dtype != REFERENCE for dtype in (*said, *(spec.dtype for spec in models.values())))


def other_settings(case: Case, models: Mapping[Arm, ModelSpec], manifests: Sequence[Path], mode: Mode) -> str | None:
    """Return in a sentence what the second run computed otherwise than the statement's own, and how numbers are compared.

    Args:
        case: the statement's case.
        models: how the second run asked.
        manifests: what it wrote.
        mode: whether it asked the statement's items.

    Returns:
        None where every setting is the statement's.
    """
    again = {path.parent.name: msgspec.json.decode(path.read_bytes(), type=Manifest) for path in manifests}
    found: dict[str, dict[Arm, None]] = {}
    for arm in models:
        for probe, said in _evidence(case, arm):
            for difference in _differences(said, again[probe].settings.get(arm, {}) if probe in again else {}):
                found.setdefault(difference, {})[arm] = None
    if not found:
        return None
    listed = "; ".join(f"{difference} ({', '.join(arms)})" for difference, arms in found.items())
    return f"this run's settings are not the statement's: {listed}. {_compared(case, models, mode)}"


def _differences(said: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    both = sorted(said.keys() & now.keys())
    return [f"{name} {now[name]} instead of {said[name]}" for name in both if said[name] != now[name]]


def _compared(case: Case, models: Mapping[Arm, ModelSpec], mode: Mode) -> str:
    if mode == "fresh_items":
        return "The items are fresh, so that numbers are compared as samples (class fresh_items)"
    if is_reduced(case, models):
        return "In a reduced precision numbers are compared as samples (class sampled)"
    return "Numbers are compared within the tolerance class of their metric"


def _evidence(case: Case, arm: Arm) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the probe and the settings of every evidence at hand that asked a model."""
    for bundle in case.bundles:
        settings = bundle.manifest.settings.get(arm) if bundle.manifest else None
        if bundle.manifest and isinstance(settings, dict):
            yield bundle.manifest.probe.id, settings


def _refuse_unknown(probe: str, said: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    for name, value in said.items():
        if name not in given and not (type(value) in (str, bool, int) and value in _POSSIBLE[name]):
            raise DlsError(f"the evidence of {probe} was asked with {name} {value!r}, which this release does not know")


def _refuse_other_wording(who: str, name: str, wanted: Any, asked: Any) -> None:
    if None not in (wanted, asked) and wanted != asked:
        raise DlsError(
            f"{who} asks with {name} {wanted}, other evidence of the statement with {asked}: another prompt is another question; "
            "leave it as the statement's evidence has it, and draft a statement from evidence that was asked alike"
        )
