"""A statement from evidence: numbers are written, and each answer that only a person can give is a marked gap."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from dls.authoring.absences import draft_absences, draft_acceptances
from dls.canonical import file_sha256
from dls.errors import DlsError
from dls.evidence.folder import DatedManifest, today
from dls.judging.claim_outcome import claim_members, claim_of
from dls.logs.log_probe import score_metric
from dls.model import Claim, Manifest
from dls.scenarios.profile import Profile
from dls.standard.numbers import GAP, VERSION
from dls.standard.registry import metric

_DISTILLATION = {
    "signals": [],
    "objective": f"{GAP}: the objective, and on whose text; and list the signals that passed",
    "data": [],
    "trained_on_probe_items": "unknown",
}


def draft_statement(
    manifests: Sequence[DatedManifest],
    profile: Profile,
    folder: Path,
    answers: Mapping[str, Any],
    issued: str | None = None,
) -> dict[str, Any]:
    """Return a statement as JSON values.

    Args:
        manifests: the evidence.
        profile: the profile that the evidence was measured for.
        folder: the folder of the statement's file; evidence paths are relative to it.
        answers: members that a person has written already: any member of a statement but claims and evidence.
        issued: the date of issue; today where None.

    Raises:
        DlsError: the evidence is about another profile, or lies outside the statement's folder.
    """
    manifest = _manifest_for(manifests, profile)
    claims = _with_unique_ids([claim for entry in manifests for claim in _claims(entry, profile)])
    evidence = [_evidence(entry, folder) for entry in manifests]
    unmeasured = [metric for entry in manifests for metric in entry.manifest.unmeasured]
    return {
        **_identity(evidence, answers, issued),
        "assurance": "recomputed",
        "teacher": _model(manifest, "teacher", answers),
        "student": _model(manifest, "student", answers),
        "distillation": answers.get("distillation", _DISTILLATION),
        "scenario": _scenario(profile, answers, manifests, folder),
        "claims": [claim_members(claim) for claim in claims],
        "absences": draft_absences(claims, profile, answers.get("absences", []), unmeasured),
        "acceptances": draft_acceptances(claims, answers.get("acceptances", [])),
        "evidence": evidence,
        "reproductions": [],
        "metrics": _own_metrics(manifests),
        "limits": answers.get("limits", f"{GAP}: the parts that nothing here measures, and conclusions not to draw"),
        "extensions": answers.get("extensions", {}),
    }


def _manifest_for(manifests: Sequence[DatedManifest], profile: Profile) -> Manifest:
    """Return the first manifest: all are about the same models and the same profile.

    Raises:
        DlsError: that profile is another one.
    """
    manifest = manifests[0].manifest
    if manifest.profile.sha256 != profile.sha256:
        measured_for = f"{manifest.profile.id} with digest {manifest.profile.sha256}"
        raise DlsError(f"the evidence was measured for {measured_for}, not for {profile.id} {profile.sha256}")
    return manifest


def _identity(evidence: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], issued: str | None) -> dict[str, Any]:
    """Return id, revision, day and issuer; the same evidence has the same id."""
    return {
        "dls_version": VERSION,
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(str(entry['sha256']) for entry in evidence))}",
        "revision": answers.get("revision", 1),
        **({"previous": answers["previous"]} if "previous" in answers else {}),
        "issued": issued or today(),
        "issuer": answers.get("issuer", {"name": GAP, "role": "publisher", "contact": GAP}),
    }


def _model(manifest: Manifest, arm: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    identity = msgspec.to_builtins(manifest.arms[arm])  # type: ignore[index]
    name = manifest.log.models.get(arm) if manifest.log else None  # type: ignore[call-overload]
    members = dict(answers.get(arm, {"name": name or f"{GAP}: the {arm}'s name", "source": GAP}))
    members |= {name: value for name, value in identity.items() if value and name != "unused"}
    return members | {"access": members.get("access", "white_box")}


def _scenario(
    profile: Profile, answers: Mapping[str, Any], manifests: Sequence[DatedManifest], folder: Path
) -> dict[str, Any]:
    members = answers.get("scenario", {})
    path = {} if profile.builtin else {"path": _relative(profile.path, folder)}
    return {
        "profile": profile.id,
        **path,
        "version": profile.version,
        "sha256": profile.sha256,
        "fixed_on": members.get("fixed_on", _latest_day_of_profile(manifests)),
        **{name: members.get(name, GAP) for name in ("intended_use", "out_of_scope", "stakes")},
    }


def _latest_day_of_profile(manifests: Sequence[DatedManifest]) -> str:
    """Return the day of the first measurement; a log may be older than its profile."""
    if any(entry.manifest.log for entry in manifests):
        return f"{GAP}: the day on which you chose this profile, which is no later than the runs"
    return min(entry.measured_on for entry in manifests)


def _relative(path: Path, folder: Path) -> str:
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


def _claims(entry: DatedManifest, profile: Profile) -> Iterator[Claim]:
    """Yield a claim for each metric of a manifest that has a better direction."""
    for measurement in entry.manifest.metrics:
        log = entry.manifest.log
        definition = score_metric(log, measurement.metric) if log else metric(measurement.metric)
        if definition.direction != "neutral":
            yield claim_of(entry.manifest, measurement, profile, entry.id)


def _own_metrics(manifests: Sequence[DatedManifest]) -> list[Any]:
    """Return the definitions of the metrics that no registry has, each once."""
    logs = (entry.manifest.log for entry in manifests)
    return [*{entry.id: msgspec.to_builtins(entry) for log in logs if log for entry in log.metrics}.values()]


def _with_unique_ids(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims, with the probe in the id of each claim on a metric that several probes measured."""
    times = Counter(claim.id for claim in claims)
    return [msgspec.structs.replace(claim, id=_longer_id(claim)) if times[claim.id] > 1 else claim for claim in claims]


def _longer_id(claim: Claim) -> str:
    return f"{claim.id}-{claim.probe.id if claim.probe else claim.evidence[0].removeprefix('ev-')}"
