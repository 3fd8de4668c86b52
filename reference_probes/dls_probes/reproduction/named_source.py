"""Whether a folder is known to be the source that the statement names, at the revision that it names."""

from collections.abc import Collection
from pathlib import Path

from dls.errors import DlsError
from dls.model import Arm, Model

_HUB, _CACHE, _SNAPSHOTS = "hf://", "models--", "snapshots"


def expect_sources(models: dict[Arm, Model], vouchers: Collection[Arm]) -> None:
    """Refuse a verifier's word for a source that the statement does not name.

    Args:
        models: of the statement, by arm.
        vouchers: the arms whose folders the verifier fetched from the named sources.

    Raises:
        DlsError: the statement names no source, or no revision at it.
    """
    for arm in vouchers:
        if models[arm].source is None or models[arm].revision is None:
            raise DlsError(
                f"--{arm}-is-source: the statement names no source with a revision for the {arm}; leave the option out"
            )


def is_cached_source(model: Model, folder: Path) -> bool:
    """Whether a folder lies in a cache of the hub at the place of the model's source and revision.

    The cache has the layout `models--ORG--NAME/snapshots/REVISION`, and the source the form `hf://ORG/NAME`.
    """
    *_, name, snapshots, revision = ("", "", "", *folder.resolve().parts)
    source = _HUB + name.removeprefix(_CACHE).replace("--", "/")
    is_cache = name.startswith(_CACHE) and snapshots == _SNAPSHOTS
    return is_cache and (source, revision) == (model.source, model.revision)
