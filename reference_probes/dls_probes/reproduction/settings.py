"""How a second run asks the models: each claim as its own evidence was asked, but for what the verifier says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.judging.context import RuleContext
from dls.model import Arm, Claim, Manifest
from dls.standard.numbers import ARMS
from dls.verifying.tolerance import Mode
from dls_probes.models.transformers_model import ModelSpec

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
_OWN = (*_WORDING, "dtype")  # what a claim keeps of its own evidence where other evidence was asked otherwise

Asked = tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
"""How the evidence of a claim asked each model, by field of `ModelSpec`."""


def as_asked(context: RuleContext, arm: Arm, folder: Path, given: Mapping[str, Any]) -> ModelSpec:
    """Return how a model is asked again: as the evidence says first and, where the verifier says something else, as given.

    Args:
        context: the statement's case.
        arm: which of its models.
        folder: where the verifier has that model.
        given: what the verifier said, by field of `ModelSpec`.

    Raises:
        DlsError: the verifier wants a prompt worded in another way than some evidence was.
    """
    asked: dict[str, Any] = {}
    for bundle in context.bundles:
        said = _known(_settings(bundle, arm))
        for name in set(_WORDING) & said.keys() & given.keys():
            if said[name] != given[name]:
                raise DlsError(
                    f"this run asks with {name} {given[name]}, evidence '{bundle.evidence.id}' of the statement with {said[name]}: "
                    "another prompt is another question; leave it out, and every claim is asked as its evidence was"
                )
        asked = {**said, **asked}
    return ModelSpec(folder, **{**asked, **given})


def own(bundle: Bundle | None, chosen: Collection[str] = ()) -> Asked:
    """Return how a claim's evidence asked, but for what the verifier chose; empty where no manifest of it is at hand."""
    said = {arm: _known(_settings(bundle, arm)) for arm in ARMS}
    names = [name for name in _OWN if name not in chosen]
    return tuple((arm, tuple((name, found[name]) for name in names if name in found)) for arm, found in said.items())


def asked_so(models: Mapping[Arm, ModelSpec], how: Asked) -> dict[Arm, ModelSpec]:
    """Return the models as some evidence asked them."""
    said = dict(how)
    return {arm: replace(spec, **dict(said.get(arm, ()))) for arm, spec in models.items()}


def why_unclear(context: RuleContext, claim: Claim, chosen: Collection[str] = ()) -> str | None:
    """Return why this release cannot ask as a claim's evidence was asked; None where it can.

    ``chosen`` holds the settings that the verifier chose instead.
    """
    bundle = next(context.claim_bundles(claim), None)
    if bundle is None:
        return _several_ways(context, chosen)
    for arm in ARMS:
        for name, value in _said(_settings(bundle, arm)).items():
            if not _is_possible(name, value) and (name in _WORDING or name not in chosen):
                return f"its evidence was asked with {name} {value!r}, which this release does not know"
    return None


def _several_ways(context: RuleContext, chosen: Collection[str]) -> str | None:
    if len({own(bundle, chosen) for bundle in context.bundles if bundle.manifest}) > 1:
        return "no manifest of it is at hand, and the statement's other evidence was asked in several ways"
    return None


def is_reduced(*manifests: Manifest) -> bool:
    """Whether one of these runs computed in a reduced precision: numbers are then compared as samples."""
    arms = (asked for one in manifests for asked in one.settings.values() if isinstance(asked, dict))
    return any(asked.get("dtype", REFERENCE) != REFERENCE for asked in arms)


def other_settings(context: RuleContext, arms: Collection[Arm], manifests: Sequence[Path], mode: Mode) -> str | None:
    """Return in a sentence what the second run computed otherwise than the statement's own, and how numbers are compared.

    Args:
        context: the statement's case.
        arms: the models that were asked again.
        manifests: what the second run wrote.
        mode: whether it asked the statement's items.

    Returns:
        None where every setting is the statement's.
    """
    again = [msgspec.json.decode(path.read_bytes(), type=Manifest) for path in manifests]
    found: dict[str, dict[Arm, None]] = {}
    for arm in arms:
        for bundle in context.bundles:
            for difference in _differences(bundle, again, arm):
                found.setdefault(difference, {})[arm] = None
    if not found:
        return None
    listed = "; ".join(f"{difference} ({', '.join(arms)})" for difference, arms in found.items())
    said = [bundle.manifest for bundle in context.bundles if bundle.manifest]
    return (
        f"this run's settings are not the statement's: {listed}. {_compared(mode, reduced=is_reduced(*said, *again))}"
    )


def _differences(bundle: Bundle, again: Sequence[Manifest], arm: Arm) -> Sequence[str]:
    """Return what no second run of a bundle's probe has as the bundle says it: the least that one of them differs in."""
    said = _settings(bundle, arm)
    same = [one for one in again if bundle.manifest and one.probe.id == bundle.manifest.probe.id]
    tried = [_between(said, one.settings.get(arm, {})) for one in same]
    return min(tried, key=len, default=())


def _between(said: Mapping[str, Any], now: Mapping[str, Any]) -> Sequence[str]:
    both = sorted(said.keys() & now.keys())
    return [f"{name} {now[name]} instead of {said[name]}" for name in both if said[name] != now[name]]


def _compared(mode: Mode, *, reduced: bool) -> str:
    if mode == "fresh_items":
        return "The items are fresh, so that numbers are compared as samples (class fresh_items)"
    if reduced:
        return "In a reduced precision numbers are compared as samples (class sampled)"
    return "Numbers are compared within the tolerance class of their metric"


def _settings(bundle: Bundle | None, arm: str) -> Mapping[str, Any]:
    """Return how some evidence asked a model; empty where it does not say."""
    asked = bundle.manifest.settings.get(arm) if bundle and bundle.manifest else None
    return asked if isinstance(asked, dict) else {}


def _said(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody may choose, and no more: evidence that says nothing of a frame had none."""
    found = {name: settings[name] for name in _POSSIBLE if name in settings}
    return {"frame": "none"} | found if settings else {}


def _known(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _said(settings).items() if _is_possible(name, value)}


def _is_possible(name: str, value: Any) -> bool:
    return type(value) in (str, bool, int) and value in _POSSIBLE[name]
