"""The probe of a manifest: a reference probe, or the measures of a foreign log."""

from dls.logs.log_probe import probe_of_log
from dls.model import Manifest
from dls.probe import Probe
from dls.probes.catalogue import find_probe


def probe_of_manifest(manifest: Manifest) -> Probe:
    """Return the probe whose records a manifest lists.

    Raises:
        DlsError: this release lacks the probe or its version.
    """
    return find_probe(manifest.probe.id, manifest.probe.version) if manifest.log is None else probe_of_log(manifest.log)
