"""Whether the tensors that a model uses are exactly the tensors that its files hold."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from dls.errors import DlsError

_MOST_NAMES = 3  # tensors that a message names
_SCALE = re.compile(r"(scales?|scale_inv|scale_2|scb|qzeros|g_idx|absmax|quant_map|quant_state\.\w+)$", re.IGNORECASE)
_FREQUENCIES = re.compile(r"rope_(freqs|factors_\w+)\.weight$")  # a GGUF file's own, which the library drops
_LAYER = re.compile(r"\b(?:layers?|blocks?|h)\.(\d+)\.")
_BUFFERS = (r"rotary_emb\.inv_freq$", r"(^|\.)position_ids$")
"""Buffers that older releases of the library wrote, and that it now computes; it ignores them in any model."""
_OLD_ENDS = (("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias"))
"""Ends of names that older releases wrote, and those under which the library looks for them now."""


def expect_all_used(folder: Path, model: Any, loading_info: Mapping[str, Any]) -> None:
    """Refuse a model whose tensors and files do not match, by the library's loading information.

    The library fills missing tensors with random numbers and drops the ones that it does not know. A tied tensor is
    neither missing nor unused. Tensors that the architecture declares ignorable are not in the information.

    Raises:
        DlsError: a tensor is missing, unused or of another shape.
    """
    if missing := loading_info["missing_keys"]:
        raise DlsError(
            f"the weights in {folder} lack {_some(missing)}, and random numbers in their place would be measured; "
            "fetch the folder again, whole"
        )
    if mismatches := {name: shapes for name, *shapes in loading_info["mismatched_keys"]}:
        name, (stored, wanted) = min(mismatches.items())
        raise DlsError(
            f"the weights in {folder} hold {_some(mismatches)} in other shapes than config.json: {name} is "
            f"{list(stored)}, and {list(wanted)} is wanted; fetch config.json again, or the weights that it describes"
        )
    if surplus := loading_info["unexpected_keys"]:
        raise DlsError(
            f"the weights in {folder} hold {_some(surplus)}, which {type(model).__name__} does not use, so another "
            f"model than that of the files would be measured; {_remedy(surplus, model.config)}"
        )


def expect_single_places(folder: Path, model: Any, names: Iterable[str]) -> None:
    """Refuse stored tensors that the library puts into one place of the model: it keeps one and drops the others.

    Args:
        folder: of the model.
        model: of the library, as it was loaded.
        names: of the stored tensors.

    Raises:
        DlsError: two names are spellings of one place.
    """
    places, prefix = model.state_dict().keys(), f"{model.base_model_prefix}."
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(_current_name(name).removeprefix(prefix), []).append(name)
    for rivals in spellings.values():
        if len(rivals) > 1 and not places >= set(rivals):
            raise DlsError(
                f"the weights in {folder} hold {' and '.join(sorted(rivals))}, which {type(model).__name__} takes for "
                "one tensor, so another model than that of the files would be measured; delete all but one"
            )


def expect_no_surplus(folder: Path, model: Any, sizes: Mapping[str, int]) -> None:
    """Refuse a GGUF file that holds more numbers than the model: the library drops tensors that it does not know.

    Args:
        folder: of the model.
        model: of the library, as it was loaded.
        sizes: the number of values of each stored tensor.

    Raises:
        DlsError: values are left over.
    """
    ties = getattr(model, "all_tied_weights_keys", None) or {}
    capacity = sum(tensor.numel() for name, tensor in model.state_dict().items() if name not in ties)
    surplus = sum(sizes.values()) - capacity
    if surplus > 0:
        frequencies = sorted(filter(_FREQUENCIES.search, sizes))
        names = f" ({_some(frequencies)} among them)" if frequencies else ""
        raise DlsError(
            f"the GGUF file in {folder} holds {surplus} numbers{names} that {type(model).__name__} does not use, so "
            "another model than that of the file would be measured; name the folder of its safetensors weights"
        )


def unused_tensors(model: Any, names: Iterable[str]) -> tuple[str, ...]:
    """Return the stored tensors that a model leaves unused because its architecture declares them ignorable.

    Such are heads for several tokens at once, rotary buffers of old releases, and other towers of a multimodal file.

    Args:
        model: of the library, as it was loaded.
        names: of the stored tensors.

    Returns:
        The names among them, sorted.
    """
    declared = getattr(model, "_keys_to_ignore_on_load_unexpected", None) or ()
    ignorable = re.compile("|".join(f"({pattern})" for pattern in (*declared, *_BUFFERS)))
    places = model.state_dict().keys()
    spellings = {name: _spellings(name, f"{model.base_model_prefix}.") for name in names}
    return tuple(
        sorted(
            name for name, forms in spellings.items() if any(map(ignorable.search, forms)) and places.isdisjoint(forms)
        )
    )


def _spellings(name: str, prefix: str) -> Collection[str]:
    """Return the names under which the library looks for a tensor: with its body's prefix and without it."""
    return (name, name.removeprefix(prefix), f"{prefix}{name}")


def _current_name(name: str) -> str:
    return next((name.removesuffix(old) + new for old, new in _OLD_ENDS if name.endswith(old)), name)


def _remedy(surplus: Iterable[str], config: Any) -> str:
    if getattr(config, "quantization_config", None) is None and any(map(_SCALE.search, surplus)):
        return (
            "they are the scales of quantised weights, and config.json lacks its `quantization_config`: fetch the "
            "config.json that the quantisation wrote"
        )
    count = getattr(config.get_text_config(), "num_hidden_layers", 0)
    layers = [int(match[1]) for match in map(_LAYER.search, surplus) if match]
    if layers and min(layers) >= count:
        return (
            f"they are layers from number {min(layers)} on, and config.json leaves them out (`num_hidden_layers` is "
            f"{count}): fetch the config.json of these weights, or save the model again without the layers"
        )
    return "fetch the config.json of these weights, or save the model again with `save_pretrained`"


def _some(names: Collection[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(sorted(names)[:_MOST_NAMES]) + rest
