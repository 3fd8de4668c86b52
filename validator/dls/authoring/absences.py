"""The absences and acceptances of a draft: a person's prepared ones, and a marked gap for each missing one."""

from collections.abc import Mapping, Sequence
from typing import Any

from dls.access_level import AccessLevel, access_problem
from dls.authoring.gap_questions import gap
from dls.model import Claim, ProfileTarget, Unmeasured
from dls.probes import FILE_IDS, GENERATED_IDS
from dls.scenarios.profile import Profile
from dls.standard.registry import DIMENSIONS, load_registry

_ACCEPTANCE = ("reason", "borne_by", "mitigation", "monitoring", "accepted_by", "review_by")


def draft_absences(
    claims: Sequence[Claim],
    profile: Profile,
    answers: Sequence[Mapping[str, Any]],
    unmeasured: Sequence[Unmeasured] = (),
    access: AccessLevel = "white_box",
) -> list[Mapping[str, Any]]:
    """Return the prepared absences that no claim contradicts, then those of dimensions, then those of targets.

    A person chooses the label of each, but for the `unmeasured` metrics and those that need more than the `access` of
    the run: the evidence says why they are missing. The note is the reason of the run, or of the profile where that
    does not require the dimension.
    """
    entries = _prepared_absences(claims, answers)
    reasons = {entry.metric: entry.reason for entry in unmeasured}
    exemptions: dict[str, str] = {entry.dimension: entry.reason for entry in profile.not_required}
    targets = _target_gaps(claims, profile, entries, reasons, access)
    dimensions = _dimension_gaps(claims, entries, exemptions, _unreachable_dimensions(profile, access))
    return [*entries, *dimensions, *targets]


def _prepared_absences(claims: Sequence[Claim], answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the entries about a dimension, a metric or a metric's probe that no claim is about."""
    dimensions = {claim.dimension for claim in claims}
    metrics = {claim.metric for claim in claims}
    measurements = {(claim.metric, claim.probe.id) for claim in claims if claim.probe}
    return [
        entry
        for entry in answers
        if (entry.get("metric") or entry["dimension"] not in dimensions)
        and (entry.get("metric"), entry.get("probe")) not in measurements
        and ("probe" in entry or entry.get("metric") not in metrics)
    ]


def _dimension_gaps(
    claims: Sequence[Claim],
    answers: Sequence[Mapping[str, Any]],
    exemptions: Mapping[str, str],
    unreachable: Mapping[str, str],
) -> list[Mapping[str, Any]]:
    """Return an absence to fill for each dimension with neither a claim nor a prepared absence.

    The profile's ``exemptions`` say by dimension why it is not required, and ``unreachable`` why the run's access to
    the models gives none of its metrics.
    """
    dimensions = {claim.dimension for claim in claims}
    dimensions |= {entry["dimension"] for entry in answers if "metric" not in entry}
    return [
        _absence(dimension, out_of_reach=unreachable.get(dimension), note=exemptions.get(dimension))
        for dimension in DIMENSIONS
        if dimension not in dimensions
    ]


def _unreachable_dimensions(profile: Profile, access: AccessLevel) -> dict[str, str]:
    """Return a sentence for each dimension of which every target needs more than an access."""
    by_dimension: dict[str, list[str]] = {}
    for target in profile.targets:
        by_dimension.setdefault(target.dimension, []).append(target.metric)
    return {
        dimension: " ".join(filter(None, sentences))
        for dimension, metrics in by_dimension.items()
        if all(sentences := [_problem(name, access) for name in dict.fromkeys(metrics)])
    }


def _problem(name: str, access: AccessLevel) -> str | None:
    """Return the sentence why an access to the models does not give a metric; None where it does, or is unknown."""
    entry = load_registry().metrics.get(name)
    return access_problem(name, entry.access, access) if entry else None


def _target_gaps(
    claims: Sequence[Claim],
    profile: Profile,
    answers: Sequence[Mapping[str, Any]],
    reasons: Mapping[str, str],
    access: AccessLevel,
) -> list[Mapping[str, Any]]:
    """Return an absence for each target without a claim, in a dimension that has claims; ``reasons`` by metric."""
    absences = {(entry.get("metric"), entry.get("probe")) for entry in answers}
    missing = {missed: target for target in profile.targets if (missed := _missing_measurement(target, claims))}
    return [
        _absence(
            target.dimension,
            *missed,
            out_of_reach=_problem(missed[0], access) or _through_a_server(reasons.get(missed[0]), access),
            reason=reasons.get(missed[0]),
            note=_obstacle(target),
        )
        for missed, target in missing.items()
        if missed not in absences
    ]


def _through_a_server(reason: str | None, access: AccessLevel) -> str | None:
    """Return the reason of a run, as a sentence, where its access to the models is the cause."""
    return f"{reason[0].upper()}{reason[1:]}." if reason and access != "white_box" else None


def _obstacle(target: ProfileTarget) -> str | None:
    """Return why no run without a file measures a target; None where one would."""
    if target.probe is None or target.probe in GENERATED_IDS:
        return None
    if target.probe in FILE_IDS:
        return f"The probe {target.probe} has no items of its own, and the run was given no file for it."
    return f"This release has no probe {target.probe}."


def _missing_measurement(target: ProfileTarget, claims: Sequence[Claim]) -> tuple[str, str | None] | None:
    """Return the metric, and the probe where another one measured it, that a target lacks; None where it lacks nothing.

    A target in a dimension without claims lacks nothing either: the dimension's absence covers it.
    """
    probes = {claim.probe.id if claim.probe else None for claim in claims if claim.metric == target.metric}
    if probes:
        return (target.metric, target.probe) if target.probe and target.probe not in probes else None
    return (target.metric, None) if any(claim.dimension == target.dimension for claim in claims) else None


def _absence(
    dimension: str,
    metric_id: str | None = None,
    probe_id: str | None = None,
    *,
    out_of_reach: str | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """Return an absence: with the run's reason, or with a label to choose and a note to write where there is none."""
    about = {"dimension": dimension, "metric": metric_id, "probe": probe_id}
    if out_of_reach:
        cause = {"status": "not_measured", "justification": "insufficient_model_access", "note": out_of_reach}
        return {**{name: value for name, value in about.items() if value}, **cause}
    return {
        **{name: value for name, value in about.items() if value},
        "status": "not_measured",
        # a metric that two models of this kind do not have; "not applicable" is for no metric that has a target
        "justification": "no_probe_for_modality" if reason else gap("justification"),
        "note": f"{reason[0].upper()}{reason[1:]}." if reason else note or gap("note"),
    }


def draft_acceptances(claims: Sequence[Claim], answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the prepared acceptances of absences and of open claims, and one to fill for each other open claim."""
    open_claims = [claim.id for claim in claims if claim.outcome in ("lost", "inconclusive")]
    entries = [entry for entry in answers if "claim" not in entry or entry["claim"] in open_claims]
    answer_claims = {entry.get("claim") for entry in answers}
    gaps = [
        {"claim": claim} | {name: gap(name) for name in _ACCEPTANCE}
        for claim in open_claims
        if claim not in answer_claims
    ]
    return [*entries, *gaps]
