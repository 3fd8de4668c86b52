"""How a second run asks the models: each claim as its own evidence was, unless the verifier overrides it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.judging.context import RuleContext
from dls.model import Arm, Claim, Manifest
from dls.model.manifest import ACCESS
from dls.standard.numbers import ANSWER_LIMIT, ARMS, THOUGHTS
from dls.standard.setting_values import SETTINGS, is_setting
from dls.verifying.tolerance import Mode
from dls_probes.models.model_place import ModelPlace
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of
from dls_probes.servers.weights_test import MOST_NATS_TO_WEIGHTS, NATS_TO_WEIGHTS

REFERENCE = "float32"
_MAX_THREADS = 1024
_OPEN, _THREADS = "open", "threads"
_SUPPORTED = (*SETTINGS, _THREADS)
_WORDING = ("prompt_format", "fold_system", "frame", THOUGHTS)  # another value of one of these asks another question
_PER_CLAIM = (*_WORDING, "dtype")  # a claim keeps these of its own evidence where other evidence differs

ProbeSettings = tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
"""The settings under which a claim's evidence asked each model: pairs of an arm and its fields of `ModelSpec`."""


def rerun_spec(
    context: RuleContext, arm: Arm, place: ModelPlace | ServerAddress, overrides: Mapping[str, Any]
) -> ModelSpec:
    """Return the settings under which a model is asked again: the verifier's, otherwise the evidence's.

    Args:
        context: of the statement.
        arm: the model's.
        place: where the verifier has that model: a folder, or a server.
        overrides: the verifier's settings, by field of `ModelSpec`.

    Raises:
        DlsError: the verifier's settings word a prompt in another way than some evidence.
    """
    settings: dict[str, Any] = {}
    for bundle in context.bundles:
        recorded = _supported(_arm_settings(bundle, arm))
        for name in _WORDING:
            if name in recorded and name in overrides and recorded[name] != overrides[name]:
                raise DlsError(
                    f"this run asks with {name} {overrides[name]}, evidence '{bundle.evidence.id}' of the statement "
                    f"with {recorded[name]}: another prompt is another question; leave the option out, and each claim "
                    "is asked as its evidence was"
                )
        settings = {**recorded, **settings}
    return spec_of(place, **{**settings, **overrides})


def probe_settings(bundle: Bundle | None, overrides: Collection[str] = ()) -> ProbeSettings:
    """Return the settings of a claim's evidence that the verifier does not override: none without a manifest."""
    names = [name for name in _PER_CLAIM if name not in overrides]
    arms = {arm: _supported(_arm_settings(bundle, arm)) for arm in ARMS}
    return tuple((arm, tuple((name, arms[arm][name]) for name in names if name in arms[arm])) for arm in arms)


def matching_specs(models: Mapping[Arm, ModelSpec], settings: ProbeSettings) -> dict[Arm, ModelSpec]:
    """Return the models under the settings of some evidence."""
    fields = dict(settings)
    return {arm: replace(spec, **dict(fields.get(arm, ()))) for arm, spec in models.items()}


def settings_problem(context: RuleContext, claim: Claim, overrides: Collection[str] = ()) -> str | None:
    """Return why this release cannot ask as a claim's evidence was asked; None where it can.

    ``overrides`` names the settings that the verifier replaces.
    """
    bundle = next(context.claim_bundles(claim), None)
    if bundle is None:
        return _ambiguity(context, overrides)
    for arm in ARMS:
        for name, value in _overridable(_arm_settings(bundle, arm)).items():
            if not _is_supported(name, value) and (name in _WORDING or name not in overrides):
                return f"its evidence was asked with {name} {value!r}, which this release does not know"
    return _limit_problem(context, bundle)


def _limit_problem(context: RuleContext, bundle: Bundle) -> str | None:
    """Return why a second run would cut answers elsewhere; without the profile, the run takes the evidence's limit."""
    if context.profile is None:
        return None
    limit = context.profile.max_new_tokens
    for arm in ARMS:
        if (recorded := _arm_settings(bundle, arm).get(ANSWER_LIMIT, limit)) != limit:
            return f"its evidence was asked with {ANSWER_LIMIT} {recorded!r}, and its profile has {limit}"
    return None


def _ambiguity(context: RuleContext, overrides: Collection[str]) -> str | None:
    if len({probe_settings(bundle, overrides) for bundle in context.bundles if bundle.manifest}) > 1:
        return "no manifest of it is at hand, and the statement's other evidence was asked in several ways"
    return None


def is_reduced(*manifests: Manifest) -> bool:
    """Whether one of these runs computed in a reduced precision: numbers are then compared as samples.

    So does a server that was not compared with the weights, and one backend with the quantised weights of another.
    """
    arms = [settings for manifest in manifests for settings in manifest.settings.values() if isinstance(settings, dict)]
    if any(arm.get("dtype", REFERENCE) != REFERENCE or _is_unlike_weights(arm) for arm in arms):
        return True
    backends = {entry.backend for manifest in manifests for entry in manifest.circumstances.values()}
    identities = [identity for manifest in manifests for identity in manifest.arms.values()]
    return len(backends) > 1 and any(identity.quantisation is not None for identity in identities)


def _is_unlike_weights(settings: Mapping[str, Any]) -> bool:
    """Whether a server answered, and was not found to compute as the library does with the weights."""
    difference = settings.get(NATS_TO_WEIGHTS)
    is_close = isinstance(difference, int | float) and difference <= MOST_NATS_TO_WEIGHTS
    return ACCESS in settings and not is_close


def settings_note(
    context: RuleContext, arms: Collection[Arm], manifests: Collection[Manifest], mode: Mode
) -> str | None:
    """Return one sentence on the settings that differ from the statement's, and on how numbers are compared.

    Args:
        context: of the statement.
        arms: the models that were asked again.
        manifests: those of the second run.
        mode: whether it asked the statement's items.

    Returns:
        None where every setting is the statement's.
    """
    differences: dict[str, dict[Arm, None]] = {}
    for arm in arms:
        for bundle in context.bundles:
            for difference in _differences(bundle, manifests, arm):
                differences.setdefault(difference, {})[arm] = None
    if not differences:
        return None
    texts = "; ".join(f"{difference} ({', '.join(arms)})" for difference, arms in differences.items())
    originals = [bundle.manifest for bundle in context.bundles if bundle.manifest]
    consequence = _consequence(mode, reduced=is_reduced(*originals, *manifests))
    return f"this run's settings are not the statement's: {texts}. {consequence}"


def _differences(bundle: Bundle, reruns: Collection[Manifest], arm: Arm) -> Sequence[str]:
    """Return how the second run of a bundle's probe differs from the bundle; of several, the nearest run counts."""
    first = _arm_settings(bundle, arm)
    probe_id = bundle.manifest.probe.id if bundle.manifest else None
    settings = [rerun.settings.get(arm, {}) for rerun in reruns if rerun.probe.id == probe_id]
    return min((_changes(first, second) for second in settings), key=len, default=())


def _changes(first: Mapping[str, Any], second: Mapping[str, Any]) -> Sequence[str]:
    names = sorted(first.keys() & second.keys())
    return [f"{name} {second[name]} instead of {first[name]}" for name in names if first[name] != second[name]]


def _consequence(mode: Mode, *, reduced: bool) -> str:
    if mode == "fresh_items":
        return "The items are fresh, so numbers are compared as samples (class fresh_items)"
    if reduced:
        return "In a reduced precision numbers are compared as samples (class sampled)"
    return "Numbers are compared within the tolerance class of their metric"


def _arm_settings(bundle: Bundle | None, arm: str) -> Mapping[str, Any]:
    """Return the recorded settings of a model; empty where the evidence has none."""
    settings = bundle.manifest.settings.get(arm) if bundle and bundle.manifest else None
    return settings if isinstance(settings, dict) else {}


def _overridable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a model's evidence; without a word on a frame there was none, and thoughts were open."""
    fields = {name: settings[name] for name in _SUPPORTED if name in settings}
    return {"frame": "none", THOUGHTS: _OPEN} | fields if settings else {}


def _supported(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _overridable(settings).items() if _is_supported(name, value)}


def _is_supported(name: str, value: Any) -> bool:
    if name == _THREADS:
        return type(value) is int and 1 <= value <= _MAX_THREADS
    return is_setting(name, value) or (name, value) == (THOUGHTS, _OPEN)
