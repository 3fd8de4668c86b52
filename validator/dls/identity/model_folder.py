"""The files of a model folder that its loading may read: the weights, and the files of the closed list."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dls.errors import DlsError
from dls.identity.json_text import parse_json
from dls.identity.listing import Kind, model_listing
from dls.identity.no_model import no_adapter, no_configuration, no_folder, no_weights
from dls.identity.shard_index import parse_index
from dls.identity.weight_header import Format

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
CONFIGURATION = "config.json"
ADAPTER, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
GGUF = ".gguf"

_BESIDE_ADAPTERS: tuple[Kind, ...] = ("adapter", "tokenizer", "template")

_KEYS_OF_FILES = {
    CONFIGURATION: ("configuration_files", "transformers_weights"),
    "tokenizer_config.json": ("fast_tokenizer_files", "gguf_file", "init_inputs", "merges", "vocab"),
}
"""The members, at any depth, that send transformers to files of other names."""


class ModelFolder(NamedTuple):
    """A folder of a model or of an adapter, and the names of the files that its loading may read.

    Attributes:
        path: of the folder.
        format: of the weight files.
        weights: the names of the weight files, sorted.
        is_sharded: whether the weights are the shards of ``model.safetensors.index.json``.
        reading: the kind of each file beside the weights, by its name with forward slashes.
        is_adapter: whether the weights are those of an adapter.
        notes: a sentence for each thing in the folder that is not read and might be expected to be.

    """

    path: Path
    format: Format
    weights: tuple[str, ...]
    is_sharded: bool
    reading: dict[str, Kind]
    is_adapter: bool
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files that loading may read, sorted."""
        return tuple(sorted((*self.weights, *([INDEX] if self.is_sharded else []), *self.reading)))


class _Weights(NamedTuple):
    format: Format
    names: tuple[str, ...]
    is_sharded: bool = False
    is_adapter: bool = False


def open_model_folder(path: Path) -> ModelFolder:
    """Return the files of a model folder, by their names alone; no weights are read.

    The path of a GGUF file means that file, with the reading files beside it.

    Raises:
        DlsError: the path is no folder of a model, its weights are missing, of another format or elsewhere, or its
            configuration sends the loader to other files.
    """
    if path.suffix == GGUF and path.is_file():
        return _opened(path.parent, _Weights("gguf", (path.name,)))
    if not path.is_dir():
        raise no_folder(path)
    weights = _weights(path)
    if not (weights.is_adapter or weights.format == "gguf" or (path / CONFIGURATION).is_file()):
        raise no_configuration(path)
    return _opened(path, weights)


def open_adapter_folder(path: Path) -> ModelFolder:
    """Return the files of an adapter, also where whole weights lie beside it.

    Raises:
        DlsError: the folder holds no adapter that is read.
    """
    if not has_adapter(path):
        raise no_weights(path) if (path / ADAPTER).is_file() else no_adapter(path)
    return _opened(path, _Weights("safetensors", (ADAPTER_WEIGHTS,), is_adapter=True))


def has_adapter(path: Path) -> bool:
    """Whether a folder holds an adapter with its configuration."""
    return (path / ADAPTER).is_file() and (path / ADAPTER_WEIGHTS).is_file()


def _opened(path: Path, weights: "_Weights") -> ModelFolder:
    reading = {name: kind for name, kind in model_listing().files(path) if _is_read(kind, weights)}
    for name in _KEYS_OF_FILES.keys() & reading.keys():
        _expect_no_further_files(path / name)
    notes = tuple(_notes(path, weights))
    return ModelFolder(path, weights.format, weights.names, weights.is_sharded, reading, weights.is_adapter, notes)


def _is_read(kind: Kind, weights: "_Weights") -> bool:
    """Whether a file of a kind is read: of an adapter's folder, only those that its base model does not bring."""
    return kind in _BESIDE_ADAPTERS if weights.is_adapter else kind not in ("weights", "index", "adapter")


def _weights(folder: Path) -> _Weights:
    """Return the weight files, in the order of transformers: whole, in shards, GGUF, an adapter alone."""
    if (folder / WEIGHTS).is_file():
        return _Weights("safetensors", (WEIGHTS,))
    if (folder / INDEX).is_file():
        shards = parse_index((folder / INDEX).read_bytes(), folder / INDEX)
        return _Weights("safetensors", tuple(sorted(set(shards.values()))), is_sharded=True)
    files = sorted(path.name for path in folder.glob("*.gguf") if path.is_file())
    if len(files) > 1:
        raise DlsError(
            f"{folder} holds {', '.join(files)}, and one GGUF file is a model: name the one you mean by its path, such "
            f"as {folder / files[0]}; join the parts of a split one with `llama-gguf-split --merge`"
        )
    if files:
        return _Weights("gguf", tuple(files))
    if has_adapter(folder):
        return _Weights("safetensors", (ADAPTER_WEIGHTS,), is_adapter=True)
    has_configuration = (folder / CONFIGURATION).is_file() or (folder / ADAPTER).is_file()
    raise no_weights(folder) if has_configuration else no_configuration(folder)


def _expect_no_further_files(path: Path) -> None:
    try:
        keys = parse_json(path.read_bytes()).keys
    except ValueError as error:
        raise DlsError(f"{path} is no JSON ({error}); fetch it again") from error
    for key in _KEYS_OF_FILES[path.name]:
        if key in keys:
            raise DlsError(
                f"{path} has the member {key!r}, which sends the loader to files of other names; give these files "
                "their usual names and delete the member"
            )


def _notes(folder: Path, weights: _Weights) -> Iterator[str]:
    if weights.is_adapter:
        return
    if (folder / ADAPTER).is_file():
        yield f"{folder}: the adapter beside the whole weights is not read; merge it, or name a folder of its own"
    if weights.names == (WEIGHTS,) and (folder / INDEX).is_file():
        yield f"{folder}: {WEIGHTS} is read, and the shards of {INDEX} beside it are not"
        return
    files = {path.name for suffix in ("safetensors", "gguf") for path in folder.glob(f"*.{suffix}")}
    if strays := sorted(files - {*weights.names, ADAPTER_WEIGHTS}):
        yield f"{folder}: not read: {strays[0]}" + (f" and {len(strays) - 1} more" if len(strays) > 1 else "")
