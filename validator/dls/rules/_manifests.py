"""What this release knows about the probe of a manifest: the probe itself, and the items that it makes from a seed."""

from functools import lru_cache
from typing import NamedTuple

from dls.model import Manifest
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe

MOST_MADE = 20_000  # units; more take longer than a check may, and `dls recompute` makes them


def other_version(manifest: Manifest) -> str | None:
    """Return the version that this release has of a manifest's probe, where that is another one."""
    from dls.probes import FILE_PROBES, GENERATED_PROBES

    own = {probe.id: probe.version for probe in (*GENERATED_PROBES, *FILE_PROBES)}.get(manifest.probe.id)
    return None if own == manifest.probe.version else own


class Made(NamedTuple):
    """How many items a seed makes, and their digest."""

    items: int
    sha256: str


def known(manifest: Manifest) -> Probe | None:
    """Return the probe of a manifest; None where this release has not that one in that version."""
    from dls.errors import DlsError

    try:
        return find_probe(manifest.probe.id, manifest.probe.version)
    except DlsError:
        return None


def made(manifest: Manifest) -> Made | None:
    """Return the items of a manifest, made again; None where they come from a file, from private phrasings, or are too many."""
    from dls.probes import GENERATED_PROBES

    drawn = manifest.items
    own = known(manifest)
    if (
        drawn.seed is None
        or drawn.file
        or drawn.phrasings_sha256
        or own not in GENERATED_PROBES
        or not 1 <= drawn.n <= MOST_MADE
    ):
        return None
    return _made(manifest.probe.id, drawn.seed, drawn.n)


@lru_cache(maxsize=256)  # the statements of a tree may share their evidence
def _made(name: str, seed: int, n: int) -> Made:
    items = find_probe(name).items(seed, n)
    return Made(len(items), items_sha256(items))
