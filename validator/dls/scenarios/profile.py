"""Scenario profiles: what a use needs a student to preserve, fixed before a measurement."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.document.reader import contents, parse
from dls.errors import DlsError
from dls.model import NotRequired, Parent, ProfileFile, ProfileTarget
from dls.standard.schemas import violations
from dls.standard.specification import spec_folder

DEEPEST = 8  # profiles that extend each other


class Profile(NamedTuple):
    """A profile with what it takes over from the profile that it extends.

    ``sha256`` is the digest of the RFC 8785 canonical JSON of the profile's own file; a parent's digest stands in it.
    """

    id: str
    version: str
    sha256: str
    title: str
    rationale: str
    population: str
    required: tuple[str, ...]
    not_required: tuple[NotRequired, ...]
    targets: tuple[ProfileTarget, ...]
    extends: Parent | None
    written: ProfileFile
    parent: "Profile | None"
    path: Path
    builtin: bool

    def __hash__(self) -> int:
        return hash(self.sha256)

    def targets_of(self, metric: str, probe: str | None = None) -> tuple[ProfileTarget, ...]:
        """Return the targets that a claim of this metric has to meet, by the probe that measured it."""
        return tuple(t for t in self.targets if t.metric == metric and t.probe in (None, probe))

    def target_name(self, target: ProfileTarget) -> str:
        """Return a target's metric, with its probe where other targets ask another one for the same metric."""
        probes = {other.probe for other in self.targets if other.metric == target.metric}
        return f"{target.metric} by {target.probe or 'any probe'}" if len(probes) > 1 else target.metric

    def units(self, probe: str) -> int | None:
        """Return the largest number of units that a target plans for a probe; None where none names it."""
        return max((target.n for target in self.targets if target.probe == probe), default=None)


def builtin_ids() -> tuple[str, ...]:
    """Return the ids of the built-in profiles: `demo`, then the scenarios in alphabetical order."""
    found = {path.stem for path in _folder().glob("*.yaml")}
    return ("demo", *sorted(found - {"demo"}))


def is_builtin(name: str) -> bool:
    """Tell whether a built-in profile has this id."""
    return (_folder() / f"{name}.yaml").is_file()


def load_profile(name_or_path: str | Path, depth: int = 0) -> Profile:
    """Return a built-in profile by its id, or one's own by its path (a name that holds a `.` or a separator).

    Raises:
        DlsError: there is no such profile, it breaks the schema, or its parent is not the one that it pins.
    """
    path = _located(name_or_path)
    written, digest = _written(contents(path), str(path))
    own = Profile(
        id=written.id,
        version=written.version,
        sha256=digest,
        title=written.title,
        rationale=written.rationale,
        population=written.population,
        required=written.required,
        not_required=written.not_required,
        targets=written.targets,
        extends=written.extends,
        written=written,
        parent=None,
        path=path,
        builtin=path.parent == _folder(),
    )
    if written.extends is None:
        return own
    return _extended(own, _parent(written.extends, path, depth))


def _folder() -> Path:
    return spec_folder() / "scenarios"


def _located(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if isinstance(name_or_path, str) and not any(sign in name for sign in "./\\"):
        path = _folder() / f"{name}.yaml"
        if path.is_file():
            return path
        raise DlsError(
            f"There is no built-in profile {name!r}; take one of {', '.join(builtin_ids())}, or name the path of your own."
        )
    return Path(name_or_path)


@lru_cache(maxsize=32)  # ten thousand statements share a few profiles
def _written(data: bytes, path: str) -> tuple[ProfileFile, str]:
    document = parse(data, path)
    violation = next(violations(document, "scenario"), None)
    if violation is not None:
        line, column = document.position(violation.pointer)
        raise DlsError(
            f"{path}:{line}:{column}: the profile breaks the schema at {violation.pointer or '/'}: {violation.message}"
        )
    # not strict: the schema has been followed, and to JSON Schema 1500.0 is an integer
    return msgspec.convert(document.value, ProfileFile, strict=False), sha256_hex(canonical_json(document.value))


def _parent(pinned: Parent, child: Path, depth: int) -> Profile:
    if depth >= DEEPEST:
        raise DlsError(
            f"{child}: more than {DEEPEST} profiles extend each other; extend one that stands closer to a built-in profile."
        )
    beside = child.parent / f"{pinned.id}.yaml"
    parent = load_profile(beside if beside.is_file() and child.resolve() != beside.resolve() else pinned.id, depth + 1)
    if (parent.version, parent.sha256) != (pinned.version, pinned.sha256):
        raise DlsError(
            f"{child}: it extends {pinned.id} {pinned.version} with digest {pinned.sha256}, but the one at hand is "
            f"{parent.version} with digest {parent.sha256}; look at what changed, then pin that one."
        )
    return parent


def _extended(own: Profile, parent: Profile) -> Profile:
    """Return a profile with its parent's targets where it has none of its own, and the dimensions of both."""
    replaced = {target.key() for target in own.targets}
    targets = (*(target for target in parent.targets if target.key() not in replaced), *own.targets)
    required = tuple(dict.fromkeys((*parent.required, *own.required)))
    named = {entry.dimension for entry in own.not_required} | set(required)
    not_required = (*(entry for entry in parent.not_required if entry.dimension not in named), *own.not_required)
    return own._replace(required=required, not_required=not_required, targets=targets, parent=parent)
