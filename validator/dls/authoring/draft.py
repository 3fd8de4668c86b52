"""A statement from evidence: what the numbers say is written, what only a person can say is left as a marked gap."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from dls.canonical import file_sha256
from dls.errors import DlsError
from dls.evidence.folder import FoundManifest, today
from dls.judging.claim_outcome import as_written, claim_of
from dls.model import Claim, Manifest
from dls.scenarios.profile import Profile
from dls.standard.registry import DIMENSIONS, metric

GAP = "TODO(dls)"


def draft_statement(
    found: Sequence[FoundManifest], profile: Profile, beside: Path, words: Mapping[str, Any], issued: str | None = None
) -> dict[str, Any]:
    """Return a statement as JSON values.

    Args:
        found: the evidence.
        profile: the profile that the evidence was measured for.
        beside: the folder of the statement's file; evidence paths are relative to it.
        words: what a person has said already: any member of a statement but claims and evidence.
        issued: the date of issue; today where None.

    Raises:
        DlsError: the evidence is about another profile, or lies outside the statement's folder.
    """
    manifest = _measured_for(found, profile)
    claims = _named_apart([claim for one in found for claim in _claims(one, profile)])
    evidence = [_evidence(one, beside) for one in found]
    return {
        **_identity(evidence, words, issued),
        "assurance": "recomputed",
        "teacher": _model(manifest, "teacher", words),
        "student": _model(manifest, "student", words),
        "distillation": words.get("distillation", _DISTILLATION),
        "scenario": _scenario(profile, words, found, beside),
        "claims": [as_written(claim) for claim in claims],
        "absences": list(_absences(claims, profile, words)),
        "acceptances": list(_acceptances(claims, words)),
        "evidence": evidence,
        "reproductions": [],
        "metrics": [],
        "limits": words.get("limits", f"{GAP}: what was not looked at, and what a reader must not conclude"),
        "extensions": words.get("extensions", {}),
    }


def _measured_for(found: Sequence[FoundManifest], profile: Profile) -> Manifest:
    manifest = found[0].manifest
    if manifest.profile.sha256 != profile.sha256:
        raise DlsError(
            f"the evidence was measured for {manifest.profile.id} with digest {manifest.profile.sha256}, not for {profile.id} {profile.sha256}"
        )
    return manifest


def _identity(evidence: Sequence[Mapping[str, Any]], words: Mapping[str, Any], issued: str | None) -> dict[str, Any]:
    """Return which statement it is, whose, and of which day; the same evidence has the same id."""
    return {
        "dls_version": "1.0",
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(str(entry['sha256']) for entry in evidence))}",
        "revision": words.get("revision", 1),
        **({"previous": words["previous"]} if "previous" in words else {}),
        "issued": issued or today(),
        "issuer": words.get("issuer", {"name": GAP, "role": "publisher", "contact": GAP}),
    }


_DISTILLATION = {
    "signals": [],
    "objective": f"{GAP}: what was minimised, on whose text; and list the signals that passed",
    "data": [],
    "trained_on_probe_items": "unknown",
}


def _model(manifest: Manifest, arm: str, words: Mapping[str, Any]) -> dict[str, Any]:
    asked = manifest.arms[arm]  # type: ignore[index]
    said = dict(words.get(arm, {"name": f"{GAP}: the {arm}'s name", "source": GAP}))
    said |= {name: value for name, value in msgspec.to_builtins(asked).items() if value}
    return said | {"access": said.get("access", "white_box")}


def _scenario(
    profile: Profile, words: Mapping[str, Any], found: Sequence[FoundManifest], beside: Path
) -> dict[str, Any]:
    said = words.get("scenario", {})
    own = {} if profile.builtin else {"path": _relative(profile.path, beside)}
    return {
        "profile": profile.id,
        **own,
        "version": profile.version,
        "sha256": profile.sha256,
        "fixed_on": said.get("fixed_on", min(one.measured_on for one in found)),
        **{name: said.get(name, GAP) for name in ("intended_use", "out_of_scope", "stakes")},
    }


def _relative(path: Path, beside: Path) -> str:
    try:
        return path.resolve().relative_to(beside.resolve()).as_posix()
    except ValueError as error:
        raise DlsError(
            f"{path} lies outside of {beside}; a statement names only files beside it, so write it there"
        ) from error


def _evidence(one: FoundManifest, beside: Path) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": "regenerated",
        "measured_on": one.measured_on,
        "availability": "bundled",
        "path": _relative(one.path, beside),
        "sha256": file_sha256(one.path),
        "bytes": one.path.stat().st_size,
    }


def _claims(one: FoundManifest, profile: Profile) -> Iterator[Claim]:
    for measured in one.manifest.metrics:
        if metric(measured.metric).direction != "neutral":
            yield claim_of(one.manifest, measured, profile, one.id)


def _named_apart(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with the probe in the id of every one on a metric that several probes measured."""
    times = Counter(claim.id for claim in claims)
    return [
        msgspec.structs.replace(claim, id=f"{claim.id}-{claim.probe.id}")
        if times[claim.id] > 1 and claim.probe
        else claim
        for claim in claims
    ]


def _absences(claims: Sequence[Claim], profile: Profile, words: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what was said of dimensions without a claim, and a gap for every other one."""
    spoken_of = {claim.dimension for claim in claims}
    measured = {claim.metric for claim in claims}
    asked = {(claim.metric, claim.probe.id) for claim in claims if claim.probe}
    said = [
        entry
        for entry in words.get("absences", [])
        if (entry.get("metric") or entry["dimension"] not in spoken_of)
        and (entry.get("metric"), entry.get("probe")) not in asked
        and ("probe" in entry or entry.get("metric") not in measured)
    ]
    yield from said
    absent = {entry["dimension"] for entry in said if "metric" not in entry}
    for dimension in DIMENSIONS:
        if dimension not in spoken_of | absent:
            yield _absence(dimension, None)
    named = {entry.get("metric") for entry in said if "probe" not in entry}
    told = {(entry.get("metric"), entry.get("probe")) for entry in said}
    for target in profile.targets:
        if target.metric not in measured | named and target.dimension in spoken_of:
            named.add(target.metric)
            yield _absence(target.dimension, target.metric)
        elif target.metric in measured and target.probe and (target.metric, target.probe) not in asked | told:
            told.add((target.metric, target.probe))
            yield _absence(target.dimension, target.metric, target.probe)


def _absence(dimension: str, metric_id: str | None, probe_id: str | None = None) -> dict[str, Any]:
    about = {"dimension": dimension} | ({"metric": metric_id} if metric_id else {})
    about |= {"probe": probe_id} if probe_id else {}
    return {
        **about,
        "status": "not_measured",
        "justification": "too_costly",
        "note": f"{GAP}: check the justification and say why in a sentence",
    }


def _acceptances(claims: Sequence[Claim], words: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what was said of open claims, and a gap for every other open one."""
    open_claims = [claim.id for claim in claims if claim.outcome in ("lost", "inconclusive")]
    said = words.get("acceptances", [])
    yield from (entry for entry in said if "claim" not in entry or entry["claim"] in open_claims)
    accepted = {entry.get("claim") for entry in said}
    for claim in open_claims:
        if claim not in accepted:
            gaps = ("reason", "borne_by", "mitigation", "monitoring", "accepted_by", "review_by")
            yield {"claim": claim} | dict.fromkeys(gaps, GAP)
