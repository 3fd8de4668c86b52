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

_OF_TEXT = ("tokenizer", "template")  # the kinds of files that make a prompt


class LinkFolder:
    """A fresh folder with a model's files and nothing else; it lives as long as this value does.

    Only the process that made it removes it: in a worker process the value has a path and no finalizer.

    Attributes:
        path: of the folder.
        sources: the path that each link leads to, by its name.
        states: of the files, from before anything read them.

    """

    def __init__(self, model_folder: ModelFolder, tokenizer: ModelFolder | None = None) -> None:
        """Link the files of a model; `tokenizer` has the tokenizer and the template in the place of its own."""
        source = model_folder.path.resolve()
        paths = {name: source / name for name in model_folder.names if name != INDEX}
        if tokenizer is not None:
            paths = {name: path for name, path in paths.items() if model_folder.reading.get(name) not in _OF_TEXT}
            texts = (name for name, kind in tokenizer.reading.items() if kind in _OF_TEXT)
            paths |= {name: tokenizer.path.resolve() / name for name in texts}
        self.sources = paths
        self.path = Path(mkdtemp(prefix="dls-model-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self.states = tuple(map(state_of, paths.values()))
        for name, path in paths.items():
            _put(path, self.path / name)
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
