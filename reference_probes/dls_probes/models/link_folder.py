"""A folder of links to exactly the files that the loading of a model may read."""

import os
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from dls.errors import DlsError
from dls.identity.file_digests import read_weight_header
from dls.identity.file_state import state_of
from dls.identity.model_folder import INDEX, ModelFolder

_WAYS: tuple[Callable[[Path, Path], object], ...] = (os.symlink, os.link, shutil.copyfile)
"""From the best way to put a file into a second folder to the one that works on every disk."""


class LinkFolder:
    """A fresh folder with a model's files and nothing else; it lives as long as this value does.

    Only the process that made it removes it: in a worker process the value has a path and no finalizer.

    Attributes:
        path: of the folder.
        states: of the files, from before anything read them.

    """

    def __init__(self, model_folder: ModelFolder) -> None:
        names = [name for name in model_folder.names if name != INDEX]
        source = model_folder.path.resolve()
        self.path = Path(mkdtemp(prefix="dls-model-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self.states = tuple(state_of(source / name) for name in names)
        for name in names:
            _put(source / name, self.path / name)
        if model_folder.is_sharded:
            shards = {name: read_weight_header(source / name).tensors for name in model_folder.weights}
            index = {tensor.name: name for name, tensors in shards.items() for tensor in tensors}
            (self.path / INDEX).write_bytes(msgspec.json.encode({"metadata": {}, "weight_map": index}))


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    for number, way in enumerate(_WAYS, start=1):
        try:
            way(source, target)
        except OSError as error:
            if number == len(_WAYS):
                raise DlsError(f"{source} cannot be linked or copied to {target} ({error.strerror})") from error
        else:
            return
