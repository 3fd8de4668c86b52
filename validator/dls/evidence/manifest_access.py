"""The access to its models with which a run asked them, as its manifest says."""

from dls.access_level import LEVELS, AccessLevel, least
from dls.model import Manifest
from dls.model.manifest import ACCESS
from dls.standard.numbers import ARMS


def access_of(manifest: Manifest, arm: str) -> AccessLevel:
    """Return the access to a model with which a run asked it; an unknown word gives the least."""
    settings = manifest.settings.get(arm)
    access = settings.get(ACCESS, LEVELS[-1]) if isinstance(settings, dict) else LEVELS[-1]
    return access if access in LEVELS else LEVELS[0]


def common_access(manifest: Manifest) -> AccessLevel:
    """Return the access that a run had to both models: its metrics need no more."""
    return least(access_of(manifest, arm) for arm in ARMS)
