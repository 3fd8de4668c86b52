"""Quantised weights: whether the library reads their scheme, and the numbers that it computes with them."""

from pathlib import Path
from typing import Any

from dls.errors import DlsError


def expect_known_scheme(folder: Path, config: Any) -> None:
    """Refuse a quantisation that the library does not know: it would take the stored numbers for plain weights.

    Args:
        folder: of the model.
        config: of the library, as it reads `config.json`.

    Raises:
        DlsError: no quantiser of the library has the name in `quant_method`.
    """
    from transformers.quantizers.auto import AUTO_QUANTIZER_MAPPING

    members = getattr(config, "quantization_config", None)
    if members is None:
        return
    members = members if isinstance(members, dict) else members.to_dict()
    method = str(members.get("quant_method", "bitsandbytes" if _is_bitsandbytes(members) else None))
    if not any(name.startswith(method) for name in AUTO_QUANTIZER_MAPPING):
        raise DlsError(
            f"{folder} is quantised by {method!r}, which the installed transformers does not know and would skip; pip "
            "install --upgrade transformers, or name the folder of the weights before they were quantised"
        )


def computation(model: Any) -> str:
    """Return in which form the linear layers of a quantised model compute, such as `Linear4bit of uint8`.

    A layer that the library unpacked when it loaded the model is an ordinary one: `Linear of float32`. Where there are
    several forms, the commonest that is no ordinary layer counts.

    Args:
        model: of the library, as it was loaded.
    """
    forms = [_form(module) for module in model.modules() if "Linear" in type(module).__name__]
    special = [form for form in forms if not form.startswith("Linear of float") and not form.startswith("Linear of bf")]
    candidates = special or forms
    return max(sorted(set(candidates)), key=candidates.count) if candidates else "unknown"


def _form(module: Any) -> str:
    weight = next(
        (tensor for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)) if tensor.ndim > 1),
        None,
    )
    dtype = "unknown" if weight is None else str(weight.dtype).removeprefix("torch.")
    return f"{type(module).__name__} of {dtype}"


def _is_bitsandbytes(members: dict[str, Any]) -> bool:
    return bool(members.get("load_in_4bit") or members.get("load_in_8bit"))
