"""Whether the library reads what a GGUF file says about the computation of its model."""

from collections.abc import Collection, Mapping
from pathlib import Path

from dls.errors import DlsError

_LAYERS = ".block_count"  # a key that each model's file has, behind the name of its architecture
_MARKS = str.maketrans("", "", "-_")  # by which the two spell the name of an architecture differently
_SIZES = frozenset({"vocab_size", "rope.dimension_count", "attention.key_length", "attention.value_length"})
"""Keys that follow from the shapes of the tensors, which the library compares."""


def expect_known_keys(folder: Path, keys: Collection[str]) -> None:
    """Refuse a GGUF file with a key about its model that the library drops, such as the scaling of its positions.

    Args:
        folder: of the model.
        keys: of the file's metadata.

    Raises:
        DlsError: a key is dropped.
    """
    from transformers.integrations.ggml import GGUF_CONFIG_MAPPING

    mappings: Mapping[str, Collection[str]] = GGUF_CONFIG_MAPPING  # type: ignore[assignment]
    for name in {key.removesuffix(_LAYERS) for key in keys if key.endswith(_LAYERS)}:
        readable = {key for entry, mapping in mappings.items() if _is_same(name, entry) for key in mapping}
        model_keys = {key.removeprefix(f"{name}.") for key in keys if key.startswith(f"{name}.")}
        if surplus := sorted(model_keys - readable - _SIZES):
            examples = ", ".join(f"{name}.{key}" for key in surplus[:3])
            raise DlsError(
                f"the GGUF file in {folder} says {examples}, which the library does not read, so another model than "
                "that of the file would be measured; name the folder of its safetensors weights"
            )


def _is_same(first: str, second: str) -> bool:
    """Whether two names are one architecture's, as llama.cpp and as the library writes it."""
    return first.translate(_MARKS) == second.translate(_MARKS)
