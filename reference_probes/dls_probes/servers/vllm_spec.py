"""A model that vLLM computes in this process, described as `ModelSpec` describes one of the library."""

from dataclasses import dataclass
from typing import Any

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls.model.manifest import ACCESS
from dls_probes.models.transformers_model import ModelSpec


@dataclass(frozen=True, slots=True)
class VllmSpec(ModelSpec):
    """A model in a folder, for vLLM.

    Attributes:
        tensor_parallel: the GPUs that share each layer.

    """

    tensor_parallel: int = 1

    def __post_init__(self) -> None:
        ModelSpec.__post_init__(self)
        if self.base is not None or self.files.model_folder.format != "safetensors":
            raise DlsError(f"--backend vllm asks whole models in safetensors, and {self.folder} is none")

    @property
    def access(self) -> AccessLevel:
        """The access: vLLM returns no whole distributions."""
        return "logprobs"

    @property
    def backend(self) -> str:
        """The software that computes."""
        return "vllm"

    def settings(self) -> dict[str, Any]:
        """Return the settings that decide the numbers, as JSON values; the engine's threads are its own."""
        settings = {name: value for name, value in ModelSpec.settings(self).items() if name != "threads"}
        return settings | {ACCESS: self.access, "tensor_parallel": self.tensor_parallel}
