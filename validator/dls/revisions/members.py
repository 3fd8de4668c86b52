"""The changes of the other parts of a statement: models, scenario, absences, acceptances, assurance."""

from collections.abc import Iterator, Mapping
from typing import Any

from dls.judging.assess import LEVELS
from dls.model import Absence, Acceptance, Member
from dls.revisions.change import Change, Kind, Part
from dls.revisions.claims import claims_by_key, name_of
from dls.revisions.leaves import further_changes
from dls.revisions.sides import Side

_MODEL_MEMBERS = (
    *("name", "source", "revision", "snapshot", "access", "weights_sha256", "reading_sha256", "tokenizer_sha256"),
    *("tensors_sha256", "base", "derivation", "format", "dtype", "quantisation"),
)
_SCENARIO_MEMBERS = ("profile", "version", "path", "sha256", "fixed_on", "intended_use", "out_of_scope", "stakes")
_ACCEPTANCE_MEMBERS = ("reason", "borne_by", "mitigation", "monitoring", "accepted_by", "review_by")
_WITHDRAWAL_MEMBERS = ("withdrawn_on", "reason", "successor")
_OPEN = ("lost", "inconclusive")


def statement_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of id, revision, date, limits and issuer, and the names of longer members that differ."""
    first, second = old.statement, new.statement
    yield from _members("statement", "the statement", first, second, ("id", "revision", "issued", "limits"))
    if first.status != second.status:
        kind: Kind = "worse" if second.status else "changed"
        yield Change(kind, "statement", "the statement", "status", first.status, second.status)
    if first.withdrawal is not None and second.withdrawal is not None:
        yield from _members("statement", "withdrawal", first.withdrawal, second.withdrawal, _WITHDRAWAL_MEMBERS)
    yield from _members("statement", "issuer", first.issuer, second.issuer, ("name", "role", "contact"))
    for name in ("distillation", "metrics", "extensions", "previous"):
        before, after = ({} if value is None else value for value in (getattr(first, name), getattr(second, name)))
        yield from further_changes("statement", name, before, after, _is_never)


def model_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of teacher, student and control; a digest that is gone says less."""
    for arm in ("teacher", "student", "control"):
        first: Member | None = getattr(old.statement, arm)
        second: Member | None = getattr(new.statement, arm)
        if first is None or second is None:
            if first is not second:
                names = first.name if first else None, second.name if second else None
                yield Change("more" if first is None else "less", "models", arm, "the model", *names)
            continue
        yield from _members("models", arm, first, second, _MODEL_MEMBERS)
        yield from further_changes("models", arm, first, second, _is_model_member)


def scenario_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of the use and its profile."""
    yield from _members("scenario", "scenario", old.statement.scenario, new.statement.scenario, _SCENARIO_MEMBERS)


def evidence_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of entries of evidence by their ids; one that is gone says less."""
    first, second = ({entry.id: entry for entry in side.statement.evidence} for side in (old, new))
    for name in dict.fromkeys((*first, *second)):
        before, after = first.get(name), second.get(name)
        if before is None or after is None:
            kind: Kind = "more" if before is None else "less"
            yield Change(kind, "evidence", name, "appeared" if before is None else "disappeared")
        else:
            yield from further_changes("evidence", name, before, after, _is_never)


def absence_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of absences; a new one says less, for something is no longer measured."""
    first, second = _absences(old), _absences(new)
    for name in dict.fromkeys((*first, *second)):
        before, after = first.get(name), second.get(name)
        if before is None and after is not None:
            yield Change("less", "absences", name, "is absent now", None, _absence_text(after))
        elif before is not None and after is None:
            yield Change("changed", "absences", name, "is no longer listed as absent", _absence_text(before))
        elif before is not None and after is not None:
            yield from _members("absences", name, before, after, ("status", "justification", "note"))


def acceptance_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the changes of acceptances; one that is gone says less where its claim is still lost or inconclusive."""
    first, second = _acceptances(old), _acceptances(new)
    open_claims = {name_of(claim) for claim in new.statement.claims if claim.outcome in _OPEN}
    dimensions = {entry.dimension for entry in new.statement.absences}
    for name in dict.fromkeys((*first, *second)):
        before, after = first.get(name), second.get(name)
        if before is None and after is not None:
            yield Change("more", "acceptances", name, "appeared", None, after.reason)
        elif before is not None and after is None:
            is_open = name in open_claims or (before.claim is None and before.dimension in dimensions)
            yield Change("less" if is_open else "changed", "acceptances", name, "disappeared", before.reason)
        elif before is not None and after is not None:
            yield from _members("acceptances", name, before, after, _ACCEPTANCE_MEMBERS)


def assurance_changes(old: Side, new: Side) -> Iterator[Change]:
    """Yield the change of the level that the issuer claims, and of the number of listed reproductions."""
    first, second = old.statement.assurance, new.statement.assurance
    if first != second:
        is_lower = LEVELS.index(second) < LEVELS.index(first)
        yield Change("less" if is_lower else "more", "assurance", "assurance", "level", first, second)
    counts = len(old.statement.reproductions), len(new.statement.reproductions)
    if counts[0] != counts[1]:
        kind: Kind = "less" if counts[1] < counts[0] else "more"
        yield Change(kind, "assurance", "reproductions", "number", *map(str, counts))
    reports = old.statement.reproductions, new.statement.reproductions
    yield from further_changes("assurance", "reproductions", *reports, _is_never)


def _members(part: Part, subject: str, old: Any, new: Any, names: tuple[str, ...]) -> Iterator[Change]:
    """Yield the members that differ; one that is gone says less."""
    for name in names:
        first, second = _text(getattr(old, name)), _text(getattr(new, name))
        if first != second:
            yield Change("less" if second is None else "changed", part, subject, name, first, second)


def _is_model_member(path: str) -> bool:
    return path.partition("/")[0] in _MODEL_MEMBERS


def _is_never(_path: str) -> bool:
    return False


def _absences(side: Side) -> dict[str, Absence]:
    names = ((entry.dimension, entry.metric, entry.probe) for entry in side.statement.absences)
    return {
        " · ".join(part for part in parts if part): entry
        for parts, entry in zip(names, side.statement.absences, strict=True)
    }


def _absence_text(absence: Absence) -> str:
    return f"{absence.status}: {absence.justification}"


def _acceptances(side: Side) -> Mapping[str, Acceptance]:
    """Return the acceptances by the name of their claim or absence; ids of claims may change between revisions."""
    names = {claim.id: name_of(claim) for claim in claims_by_key(side).values()}
    return {
        names.get(entry.claim or "", entry.claim) or " · ".join(filter(None, (entry.dimension, entry.metric))): entry
        for entry in side.statement.acceptances
    }


def _text(value: Any) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or None
    return None if value is None else str(value)
