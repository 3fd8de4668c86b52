"""An adapter on the weights of its base model, applied by the library peft."""

import re
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.identity.model_folder import ADAPTER, ADAPTER_WEIGHTS
from dls_probes.models.adapter_settings import expect_readable_settings, read_settings
from dls_probes.models.load_causes import load_failure
from dls_probes.models.model_files import ModelFiles

_ROOT = "base_model.model."  # before the name of a place in the base model, in the names that peft writes
_COPY = ".modules_to_save"
_MOST_NAMES = 3  # tensors that a message names
_MATRIX = 2  # dimensions of an embedding


def expect_adapter_library(folder: Path) -> None:
    """Refuse an adapter where the package that applies it is not installed.

    Raises:
        DlsError: there is no peft.
    """
    if find_spec("peft") is None:
        raise DlsError(
            f"{folder} holds an adapter, which the package peft applies: pip install "
            "'distillation-loss-statement[lora]'"
        )


def with_adapter(model: Any, files: ModelFiles) -> Any:
    """Return a base model of the library with an adapter on its weights.

    Plain weights are merged with the adapter's. On quantised weights the adapter stays beside them, since merging would
    round both again.

    Args:
        model: the base model, as it was loaded.
        files: of the adapter and its base.

    Raises:
        DlsError: the adapter is of a kind that is not read, does not fit its base, or has tensors that are not used.
    """
    assert files.adapter_links is not None
    links = files.adapter_links.path
    expect_readable_settings(files.folder, read_settings(files.folder / ADAPTER), model)
    _resize(model, files)
    try:
        peft_model = _loaded(model, links, files.folder)
        return peft_model.get_base_model() if _is_quantised(model) else peft_model.merge_and_unload(safe_merge=True)
    except DlsError:
        raise
    except Exception as error:
        raise load_failure(files.folder, "adapter", error) from error


def _loaded(model: Any, links: Path, folder: Path) -> Any:
    from peft import PeftConfig, PeftModel  # start-up: a heavy package

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of peft, about tensors; they are refused below
        config = PeftConfig.from_pretrained(str(links), local_files_only=True)
        config.inference_mode = True
        peft_model = PeftModel(model, config)
        result = peft_model.load_adapter(links, "default", is_trainable=False, local_files_only=True)
    lacking = sorted(result.missing_keys)
    surplus = sorted(name for name in result.unexpected_keys if not _is_copy(name, links))
    if lacking or surplus:
        problem = f"lacks {_some(lacking)}" if lacking else f"holds {_some(surplus)}, which no place of it takes"
        raise DlsError(
            f"the adapter in {folder} does not fit its base model: it {problem}; name the model that it was trained "
            "on as its base, and install the release of peft that its adapter_config.json names"
        )
    return peft_model


def _is_copy(name: str, links: Path) -> bool:
    """Whether a tensor is the same as the one that is used: peft writes a resized embedding under two names."""
    from safetensors import safe_open  # start-up: loads torch

    with safe_open(links / ADAPTER_WEIGHTS, "pt") as file:
        names, current = set(file.keys()), name.replace(_COPY, "")
        return _COPY in name and {name, current} <= names and file.get_tensor(name).equal(file.get_tensor(current))


def _resize(model: Any, files: ModelFiles) -> None:
    """Give the base as many rows of embeddings as the adapter has, where training added tokens."""
    rows = dict(_embedding_rows(model, files))
    base_rows = model.get_input_embeddings().weight.shape[0]
    sizes = set(rows.values()) - {base_rows}
    if not sizes:
        return
    if len(sizes) > 1 or len(rows) < len(_embeddings(model)):
        raise DlsError(
            f"the adapter in {files.folder} has {max(sizes)} rows of embeddings and its base {base_rows}, and the "
            "adapter does not hold all of them, so random numbers would be measured; save it with "
            "`save_pretrained(…, save_embedding_layers=True)`"
        )
    model.resize_token_embeddings(sizes.pop(), mean_resizing=False)  # the adapter brings every row


def _embedding_rows(model: Any, files: ModelFiles) -> Iterator[tuple[str, int]]:
    """Yield each embedding of the base that the adapter replaces whole, with its number of rows."""
    for place in _embeddings(model):
        pattern = re.compile(rf"{re.escape(_ROOT + place)}(\.base_layer|\.modules_to_save)?\.weight")
        for header in files.adapter_headers:
            for tensor in header.tensors:
                if pattern.fullmatch(tensor.name) and len(tensor.shape) == _MATRIX:
                    yield place, tensor.shape[0]


def _embeddings(model: Any) -> tuple[str, ...]:
    """Return the places of the input embeddings and, where they are not tied to them, of the output embeddings."""
    modules = (model.get_input_embeddings(), model.get_output_embeddings())
    is_tied = modules[1] is None or modules[0].weight is modules[1].weight
    names = {id(module): name for name, module in model.named_modules()}
    return tuple(names[id(module)] for module in modules[: 1 if is_tied else 2])


def _is_quantised(model: Any) -> bool:
    return bool(getattr(model, "is_quantized", False))


def _some(names: list[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + rest
