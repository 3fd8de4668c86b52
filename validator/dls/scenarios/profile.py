"""Scenario profiles: the targets of a use, fixed before a measurement."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.document.beside import Expectation, locate
from dls.document.engines import Engines, engines_in_use
from dls.document.reader import contents, parse
from dls.errors import DlsError
from dls.model import NotRequired, On, Parent, PinnedData, ProfileFile, ProfileTarget
from dls.standard.form import violations
from dls.standard.registry import load_registry
from dls.standard.specification import spec_folder

DEEPEST = 8  # profiles that extend each other
ROWS_PER_UNIT = 4  # of a pinned file, for each planned unit: room for the fresh units of a verifier's draw
_FREE_TEXTS = frozenset({"title", "rationale", "justification", "population", "extensions"})


class Profile(NamedTuple):
    """A profile with the targets and dimensions of the profile that it extends.

    ``sha256`` is the digest of the profile's own file by `profile_sha256`; a parent's digest stands in it.
    ``max_new_tokens`` is the limit on new tokens of an answer: the largest of the registry, the parents and the file.
    ``thoughts`` is `closed` where a thought that a chat template opens is closed, or the most tokens that a thought may
    take; the file's before a parent's. None leaves it open.
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
    arms_may_differ_in: tuple[str, ...]
    max_new_tokens: int
    thoughts: Literal["closed"] | int | None
    file: ProfileFile
    parent: "Profile | None"
    path: Path
    builtin: bool

    def __hash__(self) -> int:
        return hash(self.sha256)

    def targets_of(self, metric: str, probe: str | None = None, on: On | None = None) -> tuple[ProfileTarget, ...]:
        """Return the targets of a claim of this metric, measured by this probe or on this data set."""
        return tuple(t for t in self.targets if t.metric == metric and t.probe in (None, probe) and t.on in (None, on))

    def data_of(self, probe: str) -> PinnedData | None:
        """Return the data file that the targets of a probe pin; None where its items are generated."""
        return next((target.data for target in self.targets if target.probe == probe and target.data), None)

    def is_on_own_data(self, target: ProfileTarget) -> bool:
        """Whether a target's data file is of the issuer's choice alone.

        It is not where the file is a whole published split at a revision, with at least four times the planned units:
        a verifier can then fetch it, and ask rows that the issuer did not.
        """
        if target.data is None:
            return False
        n = max(entry.n for entry in self.targets if entry.probe == target.probe)
        is_published = target.data.split is not None and target.data.revision is not None
        return not is_published or target.data.units < ROWS_PER_UNIT * n

    def target_name(self, target: ProfileTarget) -> str:
        """Return a target's metric, with its probe where the metric's targets name different probes."""
        if target.on is not None:
            return f"{target.metric} on {target.on.dataset}"
        probes = {entry.probe for entry in self.targets if entry.metric == target.metric and entry.on is None}
        return f"{target.metric} by {target.probe or 'any probe'}" if len(probes) > 1 else target.metric


def builtin_ids() -> tuple[str, ...]:
    """Return the ids of the built-in profiles: `demo`, then the scenarios in alphabetical order."""
    ids = {path.stem for path in _folder().glob("*.yaml")}
    return ("demo", *sorted(ids - {"demo"}))


def is_builtin(name: str) -> bool:
    """Whether a built-in profile has this id."""
    return (_folder() / f"{name}.yaml").is_file()


def load_profile(name_or_path: str | Path, depth: int = 0) -> Profile:
    """Return a built-in profile by its id, or your own by its path (a name with a `.` or a separator).

    Raises:
        DlsError: there is no such profile, it breaks the schema, or its parent differs from the one that it pins.
    """
    path = _path_of(name_or_path)
    profile = _read(contents(path), str(path), engines_in_use())
    return profile if profile.extends is None else _extend(profile, _parent(profile.extends, path, depth))


def _of_file(file: ProfileFile, digest: str, path: Path) -> Profile:
    """Return a profile as its own file states it, without its parent."""
    return Profile(
        id=file.id,
        version=file.version,
        sha256=digest,
        title=file.title,
        rationale=file.rationale,
        population=file.population,
        required=file.required,
        not_required=file.not_required,
        targets=file.targets,
        extends=file.extends,
        arms_may_differ_in=file.arms_may_differ_in,
        max_new_tokens=file.max_new_tokens or load_registry().max_new_tokens,
        thoughts=file.thoughts or file.max_thought_tokens,
        file=file,
        parent=None,
        path=path,
        builtin=path.parent == _folder(),
    )


def _folder() -> Path:
    return spec_folder() / "scenarios"


def _path_of(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if isinstance(name_or_path, str) and not any(character in name for character in "./\\"):
        return _builtin_path(name)
    return Path(name_or_path)


def _builtin_path(name: str) -> Path:
    path = _folder() / f"{name}.yaml"
    if path.is_file():
        return path
    raise DlsError(
        f"There is no built-in profile {name!r}; take one of {', '.join(builtin_ids())}, or name the path of your own."
    )


@lru_cache(maxsize=32)  # ten thousand statements share a few profiles
def _read(data: bytes, path: str, _: Engines) -> Profile:
    document = parse(data, path)
    violation = next(violations(document, "scenario"), None)
    if violation is not None:
        line, column = document.position(violation.pointer)
        raise DlsError(
            f"{path}:{line}:{column}: the profile breaks the schema at {violation.pointer or '/'}: {violation.message}"
        )
    # not strict: the profile follows its schema, and to JSON Schema 1500.0 is an integer
    file = msgspec.convert(document.value, ProfileFile, strict=False)
    return _of_file(file, profile_sha256(document.value), Path(path))


def profile_sha256(value: Any) -> str:
    """Return the digest of a profile's JSON value: SHA-256 of its RFC 8785 canonical JSON without its free texts.

    Seeds follow from the digest. With free texts in it, each edit of a text would be another try.
    """
    return sha256_hex(canonical_json(_without_texts(value)))


def _without_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_texts(part) for name, part in value.items() if name not in _FREE_TEXTS}
    return [_without_texts(part) for part in value] if isinstance(value, list) else value


def _parent(pin: Parent, child: Path, depth: int) -> Profile:
    if depth >= DEEPEST:
        raise DlsError(
            f"{child}: more than {DEEPEST} profiles extend each other; extend one that is closer to a built-in profile."
        )
    parent = load_profile(_parent_path(pin, child, depth), depth + 1)
    if (parent.version, parent.sha256) != (pin.version, pin.sha256):
        raise DlsError(
            f"{child}: it extends {pin.id} {pin.version} with digest {pin.sha256}, but the one at hand is "
            f"{parent.version} with digest {parent.sha256}; look at the changes, then pin that one."
        )
    return parent


def _parent_path(pin: Parent, child: Path, depth: int) -> Path:
    """Return the file of a profile's parent: beside the profile, otherwise the built-in one.

    Raises:
        DlsError: there is neither.
    """
    name = f"{pin.id}.yaml"
    if name == child.name:
        return _builtin_path(pin.id)
    location = locate(child.parent, name, has_profile_digest(pin.sha256, depth + 1))
    if location.state == "outside":
        raise DlsError(f"{child}: the profile {pin.id}, which it extends, is outside of its folder; put it beside it")
    return location.path or _builtin_path(pin.id)


def has_profile_digest(sha256: str, depth: int = 0) -> Expectation:
    """Return the expectation of a profile with a digest (see `profile_sha256`)."""

    def is_expected(path: Path) -> bool:
        try:
            return load_profile(path, depth).sha256 == sha256
        except DlsError:
            return False

    return is_expected


@lru_cache(maxsize=32)
def _extend(profile: Profile, parent: Profile) -> Profile:
    """Return a profile with its parent's targets where it has none of its own, and the dimensions of both profiles.

    Its limit on new tokens is the larger of both, and its thoughts are its own, or its parent's where it names none.
    """
    keys = {target.key() for target in profile.targets}
    targets = (*(target for target in parent.targets if target.key() not in keys), *profile.targets)
    required = tuple(dict.fromkeys((*parent.required, *profile.required)))
    dimensions = {entry.dimension for entry in profile.not_required} | set(required)
    exemptions = (entry for entry in parent.not_required if entry.dimension not in dimensions)
    not_required = (*exemptions, *profile.not_required)
    return profile._replace(
        required=required,
        not_required=not_required,
        targets=targets,
        max_new_tokens=max(parent.max_new_tokens, profile.max_new_tokens),
        thoughts=profile.thoughts or parent.thoughts,
        parent=parent,
    )
