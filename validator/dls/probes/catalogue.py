"""The reference probes of this release, looked up by id or by what they measure."""

from dls.errors import DlsError
from dls.probe import Probe
from dls.probes import FILE_PROBES, GENERATED_PROBES
from dls.version import __version__


def _number(version: str) -> tuple[int, ...]:
    """Return a version MAJOR.MINOR as numbers, nothing where it is none."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def reference_probes() -> tuple[Probe, ...]:
    """Return every probe of this release."""
    return (*GENERATED_PROBES, *FILE_PROBES)


def probes_measuring(metric: str) -> tuple[str, ...]:
    """Return the ids of the reference probes that measure a metric; none measures what is there for other people's numbers."""
    return tuple(known.id for known in reference_probes() if metric in known.metrics)


def find_probe(name: str, version: str | None = None) -> Probe:
    """Return the probe with an id and, where one is given, a version.

    Raises:
        DlsError: this release has no such probe, or another version of it.
    """
    found = next((candidate for candidate in reference_probes() if candidate.id == name), None)
    if found is None:
        raise DlsError(
            f"there is no probe {name!r} in this release; `dls probes` lists {', '.join(p.id for p in GENERATED_PROBES)}"
        )
    if version is not None and version != found.version:
        when = "an earlier" if _number(version) < _number(found.version) else "a later"
        raise DlsError(
            f"probe {name} has version {found.version} in dls {__version__}, not {version}; "
            f"install {when} release, the one whose change log has {name} {version}"
        )
    return found
