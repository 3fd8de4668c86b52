"""A statement from evidence: what the numbers say is written, what only a person can say is left as a marked gap."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec

from dls.canonical import file_sha256
from dls.document import read
from dls.errors import DlsError
from dls.evidence import MANIFEST
from dls.finding import escaped, visible
from dls.judgement import Circumstances, derived, marks, worst
from dls.model import frozen
from dls.model.evidence import Manifest, Measured
from dls.model.statement import Claim, Items, Target
from dls.probe import probe
from dls.profile import Profile, ProfileTarget
from dls.registry import DIMENSIONS, metric
from dls.schemas import breaches
from dls.seed import derived_seed

GAP = "TODO(dls)"


class Found(NamedTuple):
    """A manifest, where it lies, and the day of its measurement."""

    manifest: Manifest
    path: Path
    measured_on: str

    @property
    def id(self) -> str:
        """The id of its entry in the statement's evidence."""
        return f"ev-{self.manifest.probe.id}"


def find_evidence(folder: Path) -> list[Found]:
    """Return the manifests below a folder, in the order of the probes of this release.

    Raises:
        DlsError: there is none, one cannot be read, or they are about different models or profiles.
    """
    paths = sorted(folder.glob(f"*/{MANIFEST}"))
    if not paths:
        raise DlsError(f"{folder} holds no <probe>/{MANIFEST}; make evidence with `dls probe run --out {folder}`")
    found = sorted((_found(path) for path in paths), key=lambda one: _place(one.manifest.probe.id))
    for one in found:
        if not {"teacher", "student"} <= set(one.manifest.arms):
            raise DlsError(
                f"{one.path} is about {' and '.join(one.manifest.arms)} alone; a statement takes a teacher and a student"
            )
    for name in ("profile", "arms"):
        if len({msgspec.json.encode(getattr(one.manifest, name)) for one in found}) > 1:
            raise DlsError(
                f"{folder}: the manifests have different {name}; a statement is about one pair and one profile"
            )
    return found


def _place(probe_id: str) -> int:
    from dls.probes import PROBES

    return next((place for place, known in enumerate(PROBES) if known.id == probe_id), len(PROBES))


def _found(path: Path) -> Found:
    document = read(path)
    if breach := next(breaches(document, "evidence"), None):
        raise DlsError(f"{path}: {breach.pointer}: {breach.message}; measure again")
    return Found(frozen(document.value, Manifest), path, _measured_on(path.with_name("run.json")))


class _Run(msgspec.Struct):
    started: datetime


def _measured_on(run: Path) -> str:
    if not run.is_file():
        return _today()
    try:
        return msgspec.json.decode(run.read_bytes(), type=_Run).started.date().isoformat()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlsError(
            f"{run} does not say when the run started ({error}); delete it and the measurement is dated today"
        ) from error


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


_SPOKEN: dict[str, type] = {
    "revision": int,
    "previous": dict,
    "issuer": dict,
    "teacher": dict,
    "student": dict,
    "distillation": dict,
    "scenario": dict,
    "absences": list,
    "acceptances": list,
    "limits": str,
    "extensions": dict,
}


def read_words(path: Path) -> Mapping[str, Any]:
    """Read what a person has said already: members of a statement, each of the kind that the statement has.

    Raises:
        DlsError: the file cannot be read, or holds something else; the validator looks into the members later.
    """
    document = read(path)
    if not isinstance(document.value, dict):
        raise DlsError(f"{path} is no mapping; write members of a statement: {', '.join(_SPOKEN)}")
    for name, said in document.value.items():
        place = ":".join(map(str, document.position(f"/{escaped(name)}")))
        if name not in _SPOKEN:
            raise DlsError(f"{path}:{place}: nobody is asked for {visible(name)!r}; write {', '.join(_SPOKEN)}")
        if not _well_formed(name, said):
            raise DlsError(f"{path}:{place}: {name} is not written as a statement has it; `dls init` shows its form")
    return dict(document.value)


def _well_formed(name: str, said: Any) -> bool:
    entries = said if isinstance(said, list) else ()
    return isinstance(said, _SPOKEN[name]) and all(
        isinstance(entry, dict) and (name != "absences" or "dimension" in entry) for entry in entries
    )


def draft(
    found: Sequence[Found], profile: Profile, beside: Path, words: Mapping[str, Any], issued: str | None = None
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
    manifest = found[0].manifest
    if manifest.profile.sha256 != profile.sha256:
        raise DlsError(
            f"the evidence was measured for {manifest.profile.id} with digest {manifest.profile.sha256}, not for {profile.id} {profile.sha256}"
        )
    claims = [claim for one in found for claim in _claims(one, profile)]
    evidence = [_evidence(one, beside) for one in found]
    return {
        "dls_version": "1.0",
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(str(entry['sha256']) for entry in evidence))}",
        "revision": words.get("revision", 1),
        **({"previous": words["previous"]} if "previous" in words else {}),
        "issued": issued or _today(),
        "issuer": words.get("issuer", {"name": GAP, "role": "publisher", "contact": GAP}),
        "assurance": "recomputed",
        "teacher": _model(manifest, "teacher", words),
        "student": _model(manifest, "student", words),
        "distillation": words.get("distillation", _DISTILLATION),
        "scenario": _scenario(profile, words, found, beside),
        "claims": [msgspec.to_builtins(claim) for claim in claims],
        "absences": list(_absences(claims, profile, words)),
        "acceptances": list(_acceptances(claims, words)),
        "evidence": evidence,
        "reproductions": [],
        "metrics": [],
        "limits": words.get("limits", f"{GAP}: what was not looked at, and what a reader must not conclude"),
        "extensions": words.get("extensions", {}),
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


def _scenario(profile: Profile, words: Mapping[str, Any], found: Sequence[Found], beside: Path) -> dict[str, Any]:
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


def _evidence(one: Found, beside: Path) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": "regenerated",
        "measured_on": one.measured_on,
        "availability": "bundled",
        "path": _relative(one.path, beside),
        "sha256": file_sha256(one.path),
        "bytes": one.path.stat().st_size,
    }


def _claims(one: Found, profile: Profile) -> Iterator[Claim]:
    for measured in one.manifest.metrics:
        if metric(measured.metric).direction != "neutral":
            yield claim_of(one.manifest, measured, profile, one.id)


def claim_of(manifest: Manifest, measured: Measured, profile: Profile, evidence: str) -> Claim:
    """Return the claim that a manifest's metric makes under a profile, its outcomes derived from the printed numbers."""
    entry = metric(measured.metric)
    items = manifest.items
    known = probe(manifest.probe.id, manifest.probe.version)
    wanted = profile.targets_of(entry.id, manifest.probe.id)
    claim = Claim(
        id=f"{entry.dimension}-{entry.id}".replace("_", "-"),
        dimension=entry.dimension,  # type: ignore[arg-type]
        metric=entry.id,
        probe=manifest.probe,
        items=Items(n=items.n, seed=items.seed, seed_reason=items.seed_reason, sha256=items.sha256),
        comparator="teacher",
        teacher=measured.teacher,
        student=measured.student,
        pair=measured.pair,
        loss=measured.loss,
        retention=measured.retention,
        flips=measured.flips,
        targets=tuple(_target(target, "inconclusive") for target in wanted),
        outcome="reported",
        evidence=(evidence,),
    )
    digest = manifest.arms["student"].weights_sha256
    about = Circumstances(
        metric=entry,
        regenerated=True,
        derived_seed=digest is not None and items.seed == derived_seed(manifest.profile.sha256, digest, known.name),
        failed_checks=tuple(check.check for check in manifest.checks if not check.passed),
    )
    return judged(claim, wanted, about)


def judged(claim: Claim, wanted: Sequence[ProfileTarget], about: Circumstances) -> Claim:
    """Return a claim with the outcomes of its targets, its own outcome, its marks and its reason derived."""
    found = [derived(claim, target, about, plan.n) for target, plan in zip(claim.targets, wanted, strict=True)]
    targets = tuple(
        msgspec.structs.replace(target, outcome=one.outcome) for target, one in zip(claim.targets, found, strict=True)
    )
    outcome = worst(tuple(one.outcome for one in found))
    reasons = [reason for one in found for reason in one.reasons]
    claim = msgspec.structs.replace(claim, targets=targets, outcome=outcome, reason=reasons[0] if reasons else None)
    return msgspec.structs.replace(claim, marks=marks(claim))


def _target(wanted: ProfileTarget, outcome: str) -> Target:
    numbers = ("kind", "margin", "floor", "cap", "at_least", "chance")
    return Target(outcome=outcome, **{name: getattr(wanted, name) for name in numbers})  # type: ignore[arg-type]


def _absences(claims: Sequence[Claim], profile: Profile, words: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what was said of dimensions without a claim, and a gap for every other one."""
    spoken_of = {claim.dimension for claim in claims}
    measured = {claim.metric for claim in claims}
    said = [
        entry
        for entry in words.get("absences", [])
        if entry.get("metric") not in measured and (entry.get("metric") or entry["dimension"] not in spoken_of)
    ]
    yield from said
    absent = {entry["dimension"] for entry in said if "metric" not in entry}
    for dimension in DIMENSIONS:
        if dimension not in spoken_of | absent:
            yield _absence(dimension, None)
    named = {entry.get("metric") for entry in said}
    for target in profile.targets:
        if target.metric not in measured | named and target.dimension in spoken_of:
            named.add(target.metric)
            yield _absence(target.dimension, target.metric)


def _absence(dimension: str, metric_id: str | None) -> dict[str, Any]:
    about = {"dimension": dimension} | ({"metric": metric_id} if metric_id else {})
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
