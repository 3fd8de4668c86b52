"""The probe of a manifest in this release, and the items that it makes from the manifest's seed."""

from functools import lru_cache

import msgspec

from dls.errors import DlsError
from dls.evidence.manifest_probe import probe_of_manifest
from dls.model import Manifest
from dls.probe import Probe, items_sha256
from dls.probes import GENERATED_IDS
from dls.probes.catalogue import find_probe, is_in_release

MAX_UNITS = 20_000  # more take longer than a check may, and `dls recompute` makes them


def other_version(manifest: Manifest) -> str | None:
    """Return this release's version of a manifest's probe; None if the manifest has the same version."""
    if manifest.log is not None:
        return None
    name = manifest.probe.id
    version = find_probe(name).version if is_in_release(name) else None
    return None if version == manifest.probe.version else version


class RemadeItems(msgspec.Struct, frozen=True):
    """The number of items that a seed makes, and their digest."""

    n: int
    sha256: str


def release_probe(manifest: Manifest) -> Probe | None:
    """Return the probe of a manifest; None if this release does not have it in that version."""
    try:
        return probe_of_manifest(manifest)
    except DlsError:
        return None


def remake_items(manifest: Manifest) -> RemadeItems | None:
    """Make the items of a manifest again; None if they come from a file or private phrasings, or are too many."""
    items = manifest.items
    probe = release_probe(manifest)
    if (
        items.seed is None
        or items.file
        or items.phrasings_sha256
        or probe is None
        or probe.id not in GENERATED_IDS
        or not 1 <= items.n <= MAX_UNITS
    ):
        return None
    return _remake(manifest.probe.id, items.seed, items.n)


@lru_cache(maxsize=256)  # the statements of a tree may share their evidence
def _remake(name: str, seed: int, n: int) -> RemadeItems:
    items = find_probe(name).items(seed, n)
    return RemadeItems(len(items), items_sha256(items))
