"""In which circumstances two runs of a probe differ: versions, backend, device, precision, prompts."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from dls.finding import visible
from dls.model import Circumstances, Manifest
from dls.standard.numbers import ARMS, BACKENDS, DEVICES, OWNERS_BACKEND, OWNERS_DEVICE, TEMPLATE_DAY
from dls_probes.reproduction.settings import REFERENCE

VERSIONS, BACKEND, DEVICE, DAY = "other versions", "other backend", "other device", "other day in templates"
PRECISION, PROMPTS = "other precision", "other prompts"
_PACKAGES = ("transformers", "tokenizers", "torch")
_BUILDS = ("cpu", "cu", "rocm", "xpu")  # the labels that public builds of torch have after `+`


class CircumstanceDifference(NamedTuple):
    """One kind of circumstance in which two runs differ.

    Attributes:
        kind: `other versions`, `other backend`, `other device`, `other day in templates`, `other precision` or
            `other prompts`.
        clauses: one for each difference, with its models.

    """

    kind: str
    clauses: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.clauses)}"


def circumstance_differences(first: Manifest, second: Manifest) -> tuple[CircumstanceDifference, ...]:
    """Return how a second run's circumstances differ from the first's, in the order in which they explain a number.

    Where the two runs have different items, their prompts differ anyway and are not compared.
    """
    kinds: dict[str, dict[str, list[str]]] = {}
    for arm in ARMS:
        earlier, later = first.circumstances.get(arm), second.circumstances.get(arm)
        if earlier is not None and later is not None:
            for kind, clause in (
                *_differences(earlier, later),
                *_precision(first.settings.get(arm), second.settings.get(arm)),
                *(_prompts(earlier, later) if first.items.sha256 == second.items.sha256 else ()),
            ):
                kinds.setdefault(kind, {}).setdefault(clause, []).append(arm)
    return tuple(
        CircumstanceDifference(kind, tuple(f"{clause} ({', '.join(arms)})" for clause, arms in clauses.items()))
        for kind, clauses in kinds.items()
    )


def invented_circumstances(first: Manifest, second: Manifest) -> dict[str, tuple[str, ...]]:
    """Return by kind the circumstances that a first run states, a second run does not have, and no run can have.

    These are versions that no public release has, backends and devices that the standard does not know, and another day
    in templates than the standard's.
    """
    kinds: dict[str, dict[str, None]] = {}
    for arm in ARMS:
        earlier, later = first.circumstances.get(arm), second.circumstances.get(arm)
        for kind, name, is_possible in _POSSIBLE if earlier and later else ():
            text = getattr(earlier, name)
            if text not in (None, getattr(later, name)) and not is_possible(text):
                kinds.setdefault(kind, {})[f"{name} {visible(text)}"] = None
    return {kind: tuple(names) for kind, names in kinds.items()}


def owners_secrets(first: Manifest) -> frozenset[str]:
    """Return the kinds of circumstances that a first run leaves to the owner of a server: unknown, they never help."""
    circumstances = [first.circumstances[arm] for arm in ARMS if arm in first.circumstances]
    kinds = {BACKEND: any(entry.backend == OWNERS_BACKEND for entry in circumstances)}
    kinds[DEVICE] = any(entry.device == OWNERS_DEVICE for entry in circumstances)
    return frozenset(kind for kind, is_unknown in kinds.items() if is_unknown)


def install_command(manifest: Manifest) -> str:
    """Return the command that installs the versions of a run, as far as they are public releases."""
    circumstances = next(iter(manifest.circumstances.values()))
    versions = {name: getattr(circumstances, name) for name in _PACKAGES}
    releases = {name: _release(name, text) for name, text in versions.items() if text is not None}
    return " ".join(["pip install", *(f"{name}=={release}" for name, release in releases.items() if release)])


def _differences(first: Circumstances, second: Circumstances) -> Iterator[tuple[str, str]]:
    for name in _PACKAGES:
        earlier, later = getattr(first, name), getattr(second, name)
        if earlier is not None and later is not None and _is_other(name, earlier, later):
            yield VERSIONS, f"{name} {later} instead of {visible(earlier)}"
    for name, kind in (("backend", BACKEND), ("device", DEVICE), ("template_day", DAY)):
        earlier, later = getattr(first, name), getattr(second, name)
        if earlier is not None and later is not None and earlier != later:
            yield kind, f"{later} instead of {visible(earlier)}"


def _precision(first: Any, second: Any) -> Iterator[tuple[str, str]]:
    earlier, later = (
        settings.get("dtype", REFERENCE) if isinstance(settings, dict) else REFERENCE for settings in (first, second)
    )
    if earlier != later:
        yield PRECISION, f"{later} instead of {earlier}"


def _prompts(first: Circumstances, second: Circumstances) -> Iterator[tuple[str, str]]:
    if first.prompts_sha256 is not None and first.prompts_sha256 != second.prompts_sha256:
        yield PROMPTS, "another prompt was asked"


def _is_other(name: str, first: str, second: str) -> bool:
    """Return whether two versions are of two releases; builds of one release are for two devices."""
    return first != second and (_release(name, first) is None or _release(name, first) != _release(name, second))


def _is_released(name: str, text: str) -> bool:
    return _release(name, text) is not None


def _release(name: str, text: str) -> str | None:
    """Return the name of the public release of a version, or None where there is none."""
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    is_build = name == "torch" and (version.local or "").startswith(_BUILDS)
    return None if version.is_devrelease or (version.local and not is_build) else version.public


_POSSIBLE: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    *((VERSIONS, name, partial(_is_released, name)) for name in _PACKAGES),
    (BACKEND, "backend", BACKENDS.__contains__),
    (DEVICE, "device", DEVICES.__contains__),
    (DAY, "template_day", TEMPLATE_DAY.__eq__),
)
"""The kind and the name of each circumstance, and whether a run can have a value of it."""
