"""The closed list of the file names that decide a model's answers."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from dls.document.reader import parse
from dls.standard.specification import spec_folder

Kind = Literal[
    "weights", "index", "configuration", "generation", "adapter", "quantisation", "tokenizer", "template", "processor",
    "metadata",
]  # fmt: skip
"""The kinds of the list, and `metadata`: the part of a weight file beside its tensors, which has a name of its own."""

METADATA = "#metadata"
_WEIGHT_SUFFIXES = (".safetensors", ".gguf")


class ModelListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``spec/1.0/model_files.yaml``: the names of each kind, with `*` for any name without a slash."""

    dls_model_files: str
    kinds: dict[Kind, tuple[str, ...]]

    def files(self, folder: Path) -> Iterator[tuple[str, Kind]]:
        """Yield the name and kind of each file of the list in a folder, in the order of the list.

        A name has forward slashes. Shards and GGUF files have names of their own and are not among them.
        """
        for kind, names in self.kinds.items():
            for name in names:
                paths = sorted(folder.glob(name)) if "*" in name else (folder / name,)
                yield from ((path.relative_to(folder).as_posix(), kind) for path in paths if path.is_file())


@cache
def model_listing() -> ModelListing:
    """Return the list of specification 1.0."""
    name = "model_files.yaml"
    return msgspec.convert(parse((spec_folder() / name).read_bytes(), name).value, ModelListing)


@lru_cache(maxsize=1024)  # the statements of a tree name the same files
def kind_of(name: str) -> Kind | None:
    """Return the kind of one file of a model's identity; None where the list does not know the name."""
    if name.endswith(METADATA):
        return "metadata"
    for kind, names in model_listing().kinds.items():
        if any(_matches(name, pattern) for pattern in names):
            return kind
    return "weights" if name.endswith(_WEIGHT_SUFFIXES) and "/" not in name else None


def _matches(name: str, pattern: str) -> bool:
    start, star, end = pattern.partition("*")
    if not star:
        return name == pattern
    middle = name.removeprefix(start).removesuffix(end)
    return name == f"{start}{middle}{end}" and middle != "" and "/" not in middle
