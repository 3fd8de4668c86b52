"""The probe of a manifest: a reference probe, or the measures of a foreign log."""

from dls.logs.log_probe import log_probe
from dls.model import Manifest
from dls.probe import Probe
from dls.probes.catalogue import find_probe


def manifest_probe(manifest: Manifest) -> Probe:
    """Return the probe whose records a manifest lists.

    Raises:
        DlsError: this release lacks the probe or its version.
    """
    return find_probe(manifest.probe.id, manifest.probe.version) if manifest.log is None else log_probe(manifest.log)
