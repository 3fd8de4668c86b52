"""The index of a model in shards: which file holds each tensor."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from dls.errors import DlsError
from dls.identity.json_text import parse_json

_SAVE = "load the model and save it again with `save_pretrained`, which writes an index"


def parse_index(data: bytes, path: Path) -> Mapping[str, str]:
    """Return the file name of each tensor, by the tensor's name.

    Args:
        data: the bytes of the index.
        path: of the index; its shards lie beside it.

    Raises:
        DlsError: it is no index, names a file elsewhere or of another format, or states a dtype.
    """
    try:
        text = parse_json(data)
        index: dict[str, Any] = msgspec.convert(text.value, dict[str, Any])
        shards = msgspec.convert(index.get("weight_map"), dict[str, str])
    except ValueError as error:  # msgspec's error is one
        raise DlsError(f"{path} is no index of shards ({error}); {_SAVE}") from error
    if text.has_duplicates or not shards:
        raise DlsError(f"{path} names a tensor twice or none at all; {_SAVE}")
    for name in sorted(set(shards.values())):
        _expect_shard(name, path)
    metadata = index.get("metadata")
    if isinstance(metadata, dict) and "dtype" in metadata:
        raise DlsError(f"{path} states a dtype, which `config.json` does; delete it from the index")
    return shards


def _expect_shard(name: str, index: Path) -> None:
    if PurePosixPath(name).name != name or "\\" in name or ":" in name:
        raise DlsError(f"{index} names {name!r}, which leads out of its folder; move all shards beside the index")
    if not name.endswith(".safetensors"):
        raise DlsError(f"{index} names {name!r}; only safetensors shards are read, since others can run code")
    if not (index.parent / name).is_file():
        raise DlsError(f"{index} names {name}, which is not there; fetch the folder again, whole")


def expect_agreement(index: Mapping[str, str], shards: Mapping[str, str], path: Path) -> None:
    """Raise DlsError where an index and the shards themselves do not name the same tensors.

    Args:
        index: the file of each tensor, as the index states it.
        shards: the same, as the shards have it.
        path: of the index.
    """
    differences = sorted(dict(index.items() ^ shards.items()))
    if differences:
        raise DlsError(
            f"{path} and its shards disagree about {len(differences)} tensors, such as {differences[0]!r}; {_SAVE}"
        )
