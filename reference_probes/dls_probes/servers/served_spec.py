"""A model behind a server, described as `ModelSpec` describes one in a folder."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls.identity.file_digests import read_reading_file
from dls.identity.identification import Identification
from dls.identity.listing import model_listing
from dls.identity.listing_digests import digests_of_files
from dls.identity.model_folder import CONFIGURATION, ModelFolder
from dls.model import Arm, ModelIdentity
from dls.model.manifest import ACCESS
from dls.standard.numbers import OWNERS_DEVICE
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.model_place import ModelPlace, ModelWords, find_model
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.connection import Connection, connect
from dls_probes.servers.vllm_spec import VllmSpec


class ServedFiles(ModelFiles):
    """The files of a served model that lie here: its tokenizer and configuration, and perhaps its weights."""

    def __init__(self, address: ServerAddress) -> None:
        super().__init__(address.tokenizer)
        self.address = address
        self._weights = ModelFiles(address.weights) if address.weights else None

    @cached_property
    def model_folder(self) -> ModelFolder:
        """The files of the tokenizer and the configuration.

        Raises:
            DlsError: they are not there.
        """
        if not (self.folder / CONFIGURATION).is_file():
            raise DlsError(
                f"{self.folder} has no {CONFIGURATION}; name the folder of the served model's tokenizer and "
                "configuration (all files of its repository but the weights)"
            )
        kinds = ("weights", "index", "adapter")
        reading = {name: kind for name, kind in model_listing().files(self.folder) if kind not in kinds}
        return ModelFolder(self.folder, "safetensors", (), False, reading, False, ())  # noqa: FBT003

    @cached_property
    def connection(self) -> Connection:
        """The connection to the server, tested once a run.

        Raises:
            DlsError: there is no server, or it is not the one that it should be.
        """
        return connect(self.address, load_text(spec_of(self.address)))

    @cached_property
    def identification(self) -> Identification:
        """The declared identity: the server and the model's name there, with the digests of the files at hand."""
        facts = self.connection.facts
        if self._weights:
            whole = self._weights.identification
            identity = msgspec.structs.replace(whole.identity, source=self.address.source, snapshot=facts.name)
            return whole._replace(identity=identity)
        entries = [read_reading_file(self.folder, name) for name in self.model_folder.reading]
        files = tuple(sorted((entry.file for entry in entries), key=lambda file: file.name))
        digests = digests_of_files(files)
        identity = ModelIdentity(
            files=files,
            reading_sha256=digests.reading,
            tokenizer_sha256=digests.tokenizer,
            quantisation=facts.quantisation,
            source=self.address.source,
            snapshot=facts.name,
        )
        return Identification(identity, (), tuple(entry.state for entry in entries), ())


@dataclass(frozen=True, slots=True)
class ServedSpec(ModelSpec):
    """A model behind a server; `folder` is that of its tokenizer, and `dtype` the precision that its user states.

    Attributes:
        address: of the server; every spec has one.

    """

    address: ServerAddress | None = None

    @property
    def connection(self) -> Connection:
        """The connection to the server; the first use connects."""
        assert isinstance(self.files, ServedFiles)
        return self.files.connection

    @property
    def access(self) -> AccessLevel:
        """The access that the server gives."""
        return self.connection.agreement.access

    @property
    def backend(self) -> str:
        """The software of the server."""
        return self.connection.api.backend

    def settings(self) -> dict[str, Any]:
        """Return the settings that decide the numbers, as JSON values; the server's threads are its own."""
        settings = {name: value for name, value in ModelSpec.settings(self).items() if name != "threads"}
        return settings | {ACCESS: self.access}


def find_place(arm: Arm, words: ModelWords | ServerAddress) -> ModelPlace | ServerAddress:
    """Return where a model lies on this machine, or the server that has it.

    Raises:
        DlsError: it does not lie on this machine.
    """
    return words if isinstance(words, ServerAddress) else find_model(arm, words)


def spec_of(place: ModelPlace | ServerAddress, **settings: Any) -> ModelSpec:
    """Return the spec of the model in a folder, or behind a server, whose device and threads are its own.

    Args:
        place: of the model.
        **settings: fields of `ModelSpec`; of a model in a folder also its `backend` and `tensor_parallel`.
    """
    backend, parallel = settings.pop("backend", "transformers"), settings.pop("tensor_parallel", 1)
    if not isinstance(place, ServerAddress):
        if backend == "vllm":
            return VllmSpec(place.folder, base=place.base, tensor_parallel=parallel, **settings)
        return ModelSpec(place.folder, base=place.base, **settings)
    chosen = {name: value for name, value in settings.items() if name not in ("device", "threads")}
    files = ServedFiles(place)
    return ServedSpec(place.tokenizer, device=OWNERS_DEVICE, files=files, address=place, **chosen)
