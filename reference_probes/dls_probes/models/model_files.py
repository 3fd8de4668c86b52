"""The files of a model during one run: their identity, taken once, and the folder that the library loads from."""

from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.identity.file_digests import read_weight_header
from dls.identity.file_state import paths_with_changes
from dls.identity.identification import Identification, identify, with_adapter
from dls.identity.json_text import parse_json
from dls.identity.listing import Kind
from dls.identity.model_folder import CONFIGURATION, ModelFolder, open_adapter_folder, open_model_folder
from dls.identity.weight_header import WeightHeader
from dls.identity.weight_words import configuration_scheme, gguf_scheme
from dls.model import ModelIdentity
from dls_probes.models.link_folder import LinkFolder
from dls_probes.models.quantisation import computation

TOKENIZER = "tokenizer_config.json"
"""The file without which an adapter's folder has no tokenizer of its own."""
_STATED = ("links", "adapter_links", "identification")  # the properties that hold states of files


class ModelFiles:
    """The files of one model during one run: each is read for its digests at most once.

    A `ModelSpec` carries it through the run and into worker processes. The identity ends with the run, because files
    may change before the next.

    Attributes:
        folder: of the model, or of an adapter; a GGUF file stands for itself.
        base: the folder of the weights under the adapter; None where the folder has weights of its own.

    """

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        self.folder = folder
        self.base = base

    @cached_property
    def model_folder(self) -> ModelFolder:
        """The files of the whole weights that loading may read, by their names.

        Raises:
            DlsError: the path is no folder of a model, or the model has no weights that are read.
        """
        folder = open_model_folder(self.base or self.folder)
        if folder.is_adapter:
            raise DlsError(
                f"{folder.path} holds an adapter and no whole model; name the folder of the model that it was trained "
                "on with --student-base, or --teacher-base"
            )
        return folder

    @cached_property
    def adapter_folder(self) -> ModelFolder | None:
        """The files of the adapter; None where there is none.

        Raises:
            DlsError: the folder holds no adapter.
        """
        return None if self.base is None else open_adapter_folder(self.folder)

    @cached_property
    def links(self) -> LinkFolder:
        """A folder of links to the files of the whole model that loading may read, made once a run.

        An adapter with a tokenizer of its own brings the tokenizer's files and the chat template.

        Raises:
            DlsError: the folder holds no model that can be read.
        """
        adapter = self.adapter_folder
        return LinkFolder(self.model_folder, adapter if adapter and TOKENIZER in adapter.reading else None)

    @cached_property
    def adapter_links(self) -> LinkFolder | None:
        """The same for the adapter, without tokenizer and template; None where there is none."""
        if self.adapter_folder is None:
            return None
        reading: dict[str, Kind] = {
            name: kind for name, kind in self.adapter_folder.reading.items() if kind == "adapter"
        }
        return LinkFolder(self.adapter_folder._replace(reading=reading))

    def source(self, name: str) -> Path:
        """Return the path from which loading reads a file of some name; the file need not be there."""
        return self.links.sources.get(name, self.model_folder.path / name)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each file that is not read and might be expected to be."""
        return (*self.model_folder.notes, *(self.adapter_folder.notes if self.adapter_folder else ()))

    @cached_property
    def identification(self) -> Identification:
        """The identity of the model with its list of tensors; the first call reads every file.

        Raises:
            DlsError: a file is broken, cannot be read, or changed since the model was loaded.
        """
        identification = identify(self.model_folder)
        if self.adapter_folder is not None:
            identification = with_adapter(identification, identify(self.adapter_folder))
        self.expect_same_files()
        return identification

    @property
    def identity(self) -> ModelIdentity:
        """The identity of the model."""
        return self.identification.identity

    def expect_same_files(self) -> None:
        """Refuse a model of which a file was written or replaced since it was first read.

        Raises:
            DlsError: a file has another size, inode or time of change, or is gone.
        """
        values = vars(self)  # where the properties are, once they were computed
        states = [state for name in _STATED if values.get(name) for state in values[name].states]
        if paths := paths_with_changes(states):
            raise DlsError(
                f"{', '.join(map(str, paths[:3]))} changed while the model was read; wait until nothing writes to "
                "the folder, and run again"
            )

    def computation(self, model: Any) -> dict[str, str]:
        """Return the setting that says in which form quantised weights compute; none for weights that are not."""
        return {"quantised_layers": computation(model)} if self._scheme() else {}

    def _scheme(self) -> str | None:
        """Return the quantisation, as the identity has it, without a look at the weights."""
        if self.model_folder.format == "gguf":
            return gguf_scheme(self.headers[0])
        return configuration_scheme(parse_json(self.source(CONFIGURATION).read_bytes()).value)

    @cached_property
    def headers(self) -> tuple[WeightHeader, ...]:
        """The header of each weight file."""
        return tuple(map(read_weight_header, self.weight_paths()))

    @cached_property
    def tensor_sizes(self) -> dict[str, int]:
        """The number of values of each stored tensor, by its name, from the headers alone."""
        return {tensor.name: prod(tensor.shape) for header in self.headers for tensor in header.tensors}

    @property
    def tensor_names(self) -> tuple[str, ...]:
        """The names of the stored tensors."""
        return tuple(self.tensor_sizes)

    def weight_paths(self) -> list[Path]:
        """Return the weight files."""
        return [self.model_folder.path / name for name in self.model_folder.weights]

    @cached_property
    def adapter_headers(self) -> tuple[WeightHeader, ...]:
        """The header of each weight file of the adapter; empty where there is none."""
        folder = self.adapter_folder
        return tuple(read_weight_header(folder.path / name) for name in folder.weights) if folder else ()
