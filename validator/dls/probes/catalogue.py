"""The reference probes of this release, by id and by metric."""

from functools import cache
from importlib import import_module

from dls.errors import DlsError
from dls.probe import Probe
from dls.probes import FILE_IDS, GENERATED_IDS
from dls.standard.registry import BY_PROBE, Metric
from dls.version import __version__


def _number(version: str) -> tuple[int, ...]:
    """Return a version MAJOR.MINOR as numbers; no numbers where it is not of this form."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def reference_probes() -> tuple[Probe, ...]:
    """Return all probes of this release; the first call loads each of them."""
    return tuple(map(_load, (*GENERATED_IDS, *FILE_IDS)))


@cache
def _load(name: str) -> Probe:
    probe: Probe = import_module(f"dls.probes.{name.replace('.', '_')}").PROBE
    return probe


def is_in_release(name: str) -> bool:
    """Whether this release has a probe with an id."""
    return name in GENERATED_IDS or name in FILE_IDS


def probes_measuring(metric: str) -> tuple[str, ...]:
    """Return the ids of the reference probes that measure a metric.

    Some metrics have none: they are registered for numbers from elsewhere.
    """
    return tuple(probe.id for probe in reference_probes() if metric in probe.metrics)


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """Return the dimension of a metric, or those of the reference probes that measure a shared one."""
    if metric.dimension != BY_PROBE:
        return (metric.dimension,)
    return tuple(dict.fromkeys(metric.dimension_on(name) for name in probes_measuring(metric.id)))


def find_probe(name: str, version: str | None = None) -> Probe:
    """Return the probe with an id and, where one is given, a version.

    Raises:
        DlsError: this release has no such probe, or another version of it.
    """
    if not is_in_release(name):
        raise DlsError(f"there is no probe {name!r} in this release; `dls probes` lists {', '.join(GENERATED_IDS)}")
    probe = _load(name)
    if version is not None and version != probe.version:
        when = "an earlier" if _number(version) < _number(probe.version) else "a later"
        raise DlsError(
            f"probe {name} has version {probe.version} in dls {__version__}, not {version}; "
            f"install {when} release, the one whose change log has {name} {version}"
        )
    return probe
