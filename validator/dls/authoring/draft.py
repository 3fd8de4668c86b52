"""A statement from evidence: numbers are written, and each answer that only a person can give is a marked gap."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from dls.access_level import AccessLevel, least
from dls.authoring.absences import draft_absences, draft_acceptances
from dls.authoring.gap_questions import gap
from dls.authoring.transcripts import transcribed_claims, transcribed_evidence
from dls.canonical import file_sha256
from dls.errors import DlsError
from dls.evidence.averages import Averages, read_averages
from dls.evidence.folder import DatedManifest, find_manifests, has_manifests, today
from dls.evidence.manifest_access import access_of, common_access
from dls.evidence.model_card import ModelCard
from dls.judging.assess import supported_assurance
from dls.judging.claim_outcome import claim_of
from dls.logs.log_probe import score_metric
from dls.model import Arm, Assurance, Claim, Evidence, PinnedProfile, frozen
from dls.scenarios.profile import Profile, builtin_ids, load_profile
from dls.standard.numbers import ARMS, GAP, VERSION
from dls.standard.registry import metric

_DISTILLATION = {
    "signals": [],
    "objective": gap("objective"),
    "data": [],
    "trained_on_probe_items": "unknown",
}

_STEPS = {"adapter": "adapter", "quantised": "quantisation"}
"""The derivations that an identity shows, each with the member that shows it."""
_PINS = frozenset({"revision", "weights_sha256", "snapshot", "identity_note", "members"})


def draft_of_folder(
    evidence: Path,
    folder: Path,
    answers: Mapping[str, Any],
    issued: str | None = None,
    *,
    scenario: str | Path | None = None,
) -> dict[str, Any]:
    """Return a statement on the evidence in a folder as JSON values; see `draft_statement`.

    Args:
        evidence: the folder of a run.
        folder: the folder of the statement's file.
        answers: members that a person has written already.
        issued: the date of issue; today where None.
        scenario: the profile; the built-in one that the evidence was measured for where None.

    Raises:
        DlsError: there is no evidence, it is about another profile, or it lies outside the statement's folder.
    """
    averages = read_averages(evidence)
    manifests = find_manifests(evidence) if averages is None or has_manifests(evidence) else []
    profile = _pins(manifests, averages)[0].id
    if scenario is None and profile not in builtin_ids():
        problem = f"the evidence was measured for the profile {profile!r}, which is no built-in one"
        raise DlsError(f"{problem}; name its file as the scenario")
    return draft_statement(manifests, load_profile(scenario or profile), folder, answers, issued, averages)


def draft_statement(
    manifests: Sequence[DatedManifest],
    profile: Profile,
    folder: Path,
    answers: Mapping[str, Any],
    issued: str | None = None,
    averages: Averages | None = None,
) -> dict[str, Any]:
    """Return a statement as JSON values.

    Args:
        manifests: the evidence; it may be empty where there are averages.
        profile: the profile that the evidence was measured for.
        folder: the folder of the statement's file; evidence paths are relative to it.
        answers: members that a person has written already: any member of a statement but claims and evidence.
        issued: the date of issue; today where None.
        averages: of the same two models, for transcribed claims.

    Raises:
        DlsError: the evidence is about another profile, or lies outside the statement's folder.
    """
    _expect_profile(_pins(manifests, averages), profile)
    claims = _with_unique_ids([claim for entry in manifests for claim in claims_of_manifest(entry, profile)])
    evidence = [_evidence(entry, folder) for entry in manifests]
    if averages is not None:
        claims += transcribed_claims(averages, profile)
        evidence += transcribed_evidence(averages, claims)
    unmeasured = [metric for entry in manifests for metric in entry.manifest.unmeasured]
    return {
        **_identity(evidence, answers, issued),
        "assurance": _assurance(claims, evidence, profile),
        **{arm: _model(manifests, averages, arm, answers) for arm in ARMS},
        "distillation": answers.get("distillation", _DISTILLATION),
        "scenario": _scenario(profile, answers, _latest_day_of_profile(manifests), folder),
        "claims": [msgspec.to_builtins(claim) for claim in claims],
        "absences": draft_absences(claims, profile, answers.get("absences", []), unmeasured, _common_access(manifests)),
        "acceptances": draft_acceptances(claims, answers.get("acceptances", [])),
        "evidence": evidence,
        "reproductions": [],
        "metrics": _own_metrics(manifests, averages),
        "limits": answers.get("limits", gap("limits")),
        "extensions": answers.get("extensions", {}),
    }


def _pins(manifests: Sequence[DatedManifest], averages: Averages | None) -> list[PinnedProfile]:
    """Return the profiles of some evidence; all manifests are about the same."""
    return [*(entry.manifest.profile for entry in manifests[:1]), *([averages.profile] if averages else [])]


def _common_access(manifests: Sequence[DatedManifest]) -> AccessLevel:
    """Return the least access that a run of the evidence had to both models."""
    return least(common_access(entry.manifest) for entry in manifests)


def _expect_profile(pins: Sequence[PinnedProfile], profile: Profile) -> None:
    """Refuse evidence that was measured for another profile.

    Raises:
        DlsError: it was.
    """
    for pin in pins:
        if pin.sha256 != profile.sha256:
            measured_for = f"{pin.id} with digest {pin.sha256}"
            raise DlsError(f"the evidence was measured for {measured_for}, not for {profile.id} {profile.sha256}")


def _identity(evidence: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], issued: str | None) -> dict[str, Any]:
    """Return id, revision, day and issuer; the same evidence has the same id."""
    return {
        "dls_version": VERSION,
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(str(entry['sha256']) for entry in evidence))}",
        "revision": answers.get("revision", 1),
        **({"previous": answers["previous"]} if "previous" in answers else {}),
        "issued": issued or today(),
        "issuer": answers.get(
            "issuer", {"name": gap("issuer.name"), "role": "publisher", "contact": gap("issuer.contact")}
        ),
    }


def _model(
    manifests: Sequence[DatedManifest], averages: Averages | None, arm: Arm, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a model as the person names it, otherwise as its card, its place or its log do, with its identity."""
    entry = manifests[0] if manifests else None
    identity = msgspec.to_builtins(entry.manifest.arms[arm]) if entry else {}
    card = entry.cards.get(arm, ModelCard()) if entry else ModelCard()
    names = entry.manifest.log.models if entry and entry.manifest.log else averages.models if averages else {}
    members = dict(answers.get(arm) or _card_members(card, arm))
    if arm in names and arm not in answers:
        members["name"] = names[arm]
    members |= {name: value for name, value in identity.items() if value and name != "unused"}
    if not (identity or _PINS & members.keys()):
        members["identity_note"] = gap("identity_note")
    if arm == "student" and not members.get("derivation"):
        steps = [step for step, member in _STEPS.items() if identity.get(member)]
        members["derivation"] = list(dict.fromkeys(("distilled", *card.derivation, *steps)))
    return {**_access(entry, arm), **members} if entry else {"access": "white_box", **members}


def _access(entry: DatedManifest, arm: Arm) -> dict[str, str]:
    """Return the access of a run to a model, and the day on which it saw the model behind a server."""
    access = access_of(entry.manifest, arm)
    return {"access": access} if access == "white_box" else {"access": access, "observed_on": entry.measured_on}


def _card_members(card: ModelCard, arm: Arm) -> dict[str, Any]:
    """Return the members that a model's card gives; a base without its relation may as well be the teacher."""
    source = {"source": card.source, "revision": card.revision} if card.source and card.revision else {}
    members = {
        "name": card.name or gap("model.name", card.folder),
        **(source or {"source": gap("model.source")}),
        "base": card.base if arm == "student" and card.derivation else None,
    }
    return {name: value for name, value in members.items() if value}


def _scenario(profile: Profile, answers: Mapping[str, Any], latest_day: str, folder: Path) -> dict[str, Any]:
    members = answers.get("scenario", {})
    path = {} if profile.builtin else {"path": _relative(profile.path, folder)}
    return {
        "profile": profile.id,
        **path,
        "version": profile.version,
        "sha256": profile.sha256,
        "fixed_on": members.get("fixed_on", latest_day),
        **{name: members.get(name, gap(name)) for name in ("intended_use", "out_of_scope", "stakes")},
    }


def _latest_day_of_profile(manifests: Sequence[DatedManifest]) -> str:
    """Return the day of the first measurement; a log may be older than its profile."""
    if not manifests or any(entry.manifest.log for entry in manifests):
        return f"{GAP}: the day on which you chose this profile, which is no later than the runs"
    return min(entry.measured_on for entry in manifests)


def _relative(path: Path, folder: Path) -> str:
    """Return a file's path from the statement's folder: by its name, as readers follow it, whatever is a link."""
    by_name = Path(os.path.abspath(path)), Path(os.path.abspath(folder))  # noqa: PTH100 - a link keeps its name
    if by_name[0].is_relative_to(by_name[1]):
        return by_name[0].relative_to(by_name[1]).as_posix()
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError as error:
        raise DlsError(
            f"{path} lies outside of {folder}; a statement names only files beside it, so write it there"
        ) from error


def _evidence(entry: DatedManifest, folder: Path) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": "measured" if entry.manifest.log else "regenerated",
        "measured_on": entry.measured_on,
        "availability": "bundled",
        "path": _relative(entry.path, folder),
        "sha256": file_sha256(entry.path),
        "bytes": entry.path.stat().st_size,
    }


def claims_of_manifest(entry: DatedManifest, profile: Profile) -> Iterator[Claim]:
    """Yield a claim for each metric of a manifest that has a better direction."""
    for measurement in entry.manifest.metrics:
        log = entry.manifest.log
        definition = score_metric(log, measurement.metric) if log else metric(measurement.metric)
        if definition.direction != "neutral":
            yield claim_of(entry.manifest, measurement, profile, entry.id)


def _own_metrics(manifests: Sequence[DatedManifest], averages: Averages | None) -> list[Any]:
    """Return the definitions of the metrics that no registry has, each once."""
    logs = [entry.manifest.log for entry in manifests if entry.manifest.log]
    definitions = [entry for log in logs for entry in log.metrics] + list(averages.metrics if averages else ())
    return [*{entry.id: msgspec.to_builtins(entry) for entry in definitions}.values()]


def _assurance(claims: Sequence[Claim], evidence: Sequence[Mapping[str, Any]], profile: Profile) -> Assurance:
    """Return the assurance that the evidence of the profile's targets supports before any second run."""
    entries = {entry["id"]: frozen(entry, Evidence) for entry in evidence}
    return supported_assurance(claims, entries, profile)


def _with_unique_ids(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims, with the probe in the id of each claim on a metric that several probes measured."""
    times = Counter(claim.id for claim in claims)
    return [msgspec.structs.replace(claim, id=_longer_id(claim)) if times[claim.id] > 1 else claim for claim in claims]


def _longer_id(claim: Claim) -> str:
    return f"{claim.id}-{claim.probe.id if claim.probe else claim.evidence[0].removeprefix('ev-')}"
