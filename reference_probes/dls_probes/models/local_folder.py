"""The folder of a model on this machine, by its path or by its name on a hub; nothing is fetched."""

import re
from pathlib import Path

from dls.card.folder_facts import read_model_folder
from dls.errors import DlsError
from dls.identity.model_folder import GGUF, open_model_folder
from dls.identity.no_model import HUB_ID, checkpoints_of, fetch_command, no_folder

_CACHE, _SNAPSHOTS, _REFS = "models--", "snapshots", "refs"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DEFAULT_REVISION = "main"


def find_folder(name: str | Path, revision: str | None = None) -> Path:
    """Return the folder, or the GGUF file, of a model.

    A path stands for itself, with three exceptions: the root of a model in a hub's cache, and the folder of its
    snapshots, stand for the snapshot of the revision; a training folder with a single checkpoint stands for it. A name
    such as `example/student` that is no path stands for its snapshot in the hub's cache.

    Args:
        name: a path or the name of a model on a hub.
        revision: a commit; in a cache also a branch or a tag. None for `main` of a cache, and for any other folder.

    Raises:
        DlsError: there is no such model on this machine, or it is known to be of another revision or of none.
    """
    path = Path(name)
    if not path.exists() and HUB_ID.fullmatch(path.as_posix()):
        return _cached_snapshot(path.as_posix(), revision)
    if not path.is_dir() and path.suffix != GGUF:
        raise no_folder(path)
    root = path.resolve().parent if path.resolve().name == _SNAPSHOTS else path.resolve()
    if root.name.startswith(_CACHE) and (root / _SNAPSHOTS).is_dir():
        return _snapshot_of(root, revision)
    folder = _checkpoint(path)
    if revision is not None:
        _expect_revision(folder, revision)
    return folder


def _cached_snapshot(name: str, revision: str | None) -> Path:
    """Return the snapshot of a model in the cache of this machine, by the model's name on the hub."""
    from huggingface_hub import constants  # start-up: comes with transformers

    root = Path(constants.HF_HUB_CACHE) / f"{_CACHE}{name.replace('/', '--')}"
    if not (root / _SNAPSHOTS).is_dir():
        raise DlsError(
            f"There is no folder {name}, and no model of this name in the hub's cache on this machine; "
            f"{fetch_command(name, revision)}"
        )
    return _snapshot_of(root, revision)


def _snapshot_of(root: Path, revision: str | None) -> Path:
    reference = root / _REFS / (revision or _DEFAULT_REVISION)
    commit = reference.read_text().strip() if reference.is_file() else revision or _only_snapshot(root)
    folder = root / _SNAPSHOTS / commit
    if not folder.is_dir():
        name = root.name.removeprefix(_CACHE).replace("--", "/", 1)
        raise DlsError(f"{root} holds no snapshot of the revision {commit}; {fetch_command(name, revision)}")
    return folder


def _only_snapshot(root: Path) -> str:
    snapshots = sorted(path.name for path in (root / _SNAPSHOTS).iterdir() if path.is_dir())
    if len(snapshots) != 1:
        raise DlsError(
            f"{root} holds {len(snapshots)} snapshots and does not say which is the newest; name the folder of one: "
            f"{root / _SNAPSHOTS / (snapshots[0] if snapshots else 'REVISION')}"
        )
    return snapshots[0]


def _checkpoint(folder: Path) -> Path:
    """Return the single checkpoint of a training folder, where that is all it holds; otherwise the folder itself."""
    checkpoints = checkpoints_of(folder)
    if len(checkpoints) != 1:
        return folder
    try:
        open_model_folder(folder)
    except DlsError:
        return checkpoints[0]
    return folder


def _expect_revision(folder: Path, revision: str) -> None:
    commit = read_model_folder(folder).revision
    if not _COMMIT.fullmatch(revision):
        raise DlsError(
            f"the revision {revision} is no commit of 40 hexadecimal digits, and only a hub's cache knows the commit "
            f"of a branch or a tag; name the commit of {folder}, or leave the revision out"
        )
    if not commit:
        raise DlsError(
            f"nothing in {folder} says which revision it is of; fetch it with `hf download NAME --revision {revision}`"
            ", which notes the revision, or leave the revision out"
        )
    if commit != revision:
        raise DlsError(
            f"{folder} is of the revision {commit}, and {revision} was wanted; fetch that one, or leave the revision "
            "out"
        )
