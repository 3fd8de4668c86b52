"""The files of a model during one run: their identity, taken once, and the folder that the library loads from."""

from functools import cached_property
from math import prod
from pathlib import Path

from dls.errors import DlsError
from dls.identity.file_digests import read_weight_header
from dls.identity.file_state import paths_with_changes
from dls.identity.identification import Identification, identify
from dls.identity.model_folder import ModelFolder, open_model_folder
from dls.identity.weight_header import WeightHeader
from dls.model import ModelIdentity
from dls_probes.models.link_folder import LinkFolder
from dls_probes.models.merge_command import adapter_refusal


class ModelFiles:
    """The files of one model folder during one run: each is read for its digests at most once.

    A `ModelSpec` carries it through the run and into worker processes. The identity ends with the run, because files
    may change before the next.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def model_folder(self) -> ModelFolder:
        """The files that loading may read, by their names.

        Raises:
            DlsError: the path is no folder of a model, or the model has no weights that are read.
        """
        return open_model_folder(self.folder)

    @cached_property
    def links(self) -> LinkFolder:
        """A folder of links to the files that loading may read, made once a run.

        Raises:
            DlsError: the folder holds an adapter, or no model that can be read.
        """
        if self.model_folder.is_adapter:
            raise adapter_refusal(self.folder)
        return LinkFolder(self.model_folder)

    @cached_property
    def identification(self) -> Identification:
        """The identity of the model with its list of tensors; the first call reads every file.

        Raises:
            DlsError: a file is broken, cannot be read, or changed since the model was loaded.
        """
        identification = identify(self.model_folder)
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
        states = [state for name in ("links", "identification") if name in values for state in values[name].states]
        if paths := paths_with_changes(states):
            raise DlsError(
                f"{', '.join(map(str, paths[:3]))} changed while the model was read; wait until nothing writes to "
                "the folder, and run again"
            )

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
        return [self.folder / name for name in self.model_folder.weights]
