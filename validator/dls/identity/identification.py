"""From a model folder to the identity of its model: one read of each file, in parallel."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls.identity.file_digests import ReadingFile, WeightFile, read_reading_file, read_weight_file
from dls.identity.file_state import FileState
from dls.identity.json_text import parse_json
from dls.identity.listing import METADATA
from dls.identity.listing_digests import digests_of_files
from dls.identity.model_folder import CONFIGURATION, INDEX, ModelFolder
from dls.identity.shard_index import expect_agreement, parse_index
from dls.identity.tensor_list import TensorDigest, tensor_lines, tensors_sha256
from dls.identity.weight_words import configuration_scheme, gguf_scheme, stored_dtype
from dls.model import Adapter, ModelFile, ModelIdentity

_READS_METADATA = "torchao"
"""The method that keeps types and scales of its tensors in the metadata of a safetensors file."""


class Identification(NamedTuple):
    """The identity of a model, and the facts behind it.

    Attributes:
        identity: of the model, as a manifest has it.
        tensors: the stored tensors, without those of an adapter.
        states: of all files, from before they were read.
        notes: a sentence for each thing in the folder that is not read and might be expected to be.

    """

    identity: ModelIdentity
    tensors: tuple[TensorDigest, ...]
    states: tuple[FileState, ...]
    notes: tuple[str, ...]

    @property
    def lines(self) -> bytes:
        """The list of the tensors, as it lies beside the evidence."""
        return tensor_lines(self.tensors)


def identify(folder: ModelFolder) -> Identification:
    """Read every file of a model folder once and return the identity of its model, or of its adapter.

    Raises:
        DlsError: a file cannot be read, is broken or changed meanwhile, two tensors have one name, or the index
            contradicts its shards.
    """
    beside = [read_reading_file(folder.path, name) for name in (*folder.reading, *[INDEX] * folder.is_sharded)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:  # hashlib releases the interpreter's lock
        weights = list(pool.map(partial(read_weight_file, folder.path), folder.weights))
    _expect_single_names(folder, weights)
    if folder.is_sharded:
        shards = {tensor.name: weight.file.name for weight in weights for tensor in weight.tensors}
        path = folder.path / INDEX
        expect_agreement(parse_index(beside[-1].data, path), shards, path)
    return Identification(
        _identity(folder, weights, beside),
        tuple(tensor for weight in weights for tensor in weight.tensors),
        (*(weight.state for weight in weights), *(item.state for item in beside)),
        folder.notes,
    )


def with_adapter(base: Identification, adapter: Identification) -> Identification:
    """Return the identity of a model with an adapter on its weights."""
    own = adapter.identity
    digests = (own.weights_sha256, own.reading_sha256, own.tensors_sha256)
    weights, reading, tensors = (digest or "" for digest in digests)  # an identification has all three
    part = Adapter(weights_sha256=weights, reading_sha256=reading, tensors_sha256=tensors, files=own.files)
    return base._replace(
        identity=msgspec.structs.replace(base.identity, adapter=part),
        states=(*base.states, *adapter.states),
        notes=(*base.notes, *adapter.notes),
    )


def _expect_single_names(folder: ModelFolder, weights: Iterable[WeightFile]) -> None:
    counts = Counter(tensor.name for weight in weights for tensor in weight.tensors)
    if repeated := sorted(name for name, count in counts.items() if count > 1):
        raise DlsError(
            f"{folder.path} holds {len(repeated)} tensors in two files, such as {repeated[0]!r}; save the model again "
            "with `save_pretrained`"
        )


def _identity(folder: ModelFolder, weights: Sequence[WeightFile], beside: Sequence[ReadingFile]) -> ModelIdentity:
    scheme = _quantisation(folder, weights, beside)
    decides = folder.format == "gguf" or (scheme or "").startswith(_READS_METADATA)
    metadata = (_metadata(weight) for weight in weights if weight.header.metadata and decides)
    files = (*(weight.file for weight in weights), *(item.file for item in beside), *metadata)
    digests = digests_of_files(files)
    tensors = (tensor for weight in weights for tensor in weight.tensors)
    return ModelIdentity(
        files=tuple(sorted(files, key=lambda file: file.name)),
        weights_sha256=digests.weights,
        reading_sha256=digests.reading,
        tokenizer_sha256=digests.tokenizer,
        tensors_sha256=tensors_sha256(tensor_lines(tensors)),
        format=folder.format,
        dtype=stored_dtype(tensor for weight in weights for tensor in weight.header.tensors),
        quantisation=scheme,
    )


def _metadata(weight: WeightFile) -> ModelFile:
    """Return the metadata of a weight file as a file of its own, since it decides how the tensors are read."""
    data = weight.header.metadata
    return ModelFile(name=f"{weight.file.name}{METADATA}", bytes=len(data), sha256=sha256_hex(data))


def _quantisation(folder: ModelFolder, weights: Sequence[WeightFile], beside: Sequence[ReadingFile]) -> str | None:
    if folder.format == "gguf":
        return gguf_scheme(weights[0].header)
    data: Any = next((item.data for item in beside if item.file.name == CONFIGURATION), b"{}")
    return configuration_scheme(parse_json(data).value)
