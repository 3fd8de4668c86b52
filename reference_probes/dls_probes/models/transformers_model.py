"""Models of the transformers library: described without torch, loaded with it."""

import json
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.causality import refuse_noncausal
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.classifier_labels import labels_of, unused_places
from dls_probes.models.classifier_model import ClassifierModel, ClassifierText
from dls_probes.models.model_files import ModelFiles, expect_model
from dls_probes.models.weights import refuse_random
from dls_probes.requests import PromptStyle
from dls_probes.tokens.text import PromptTokenizer
from dls_probes.tokens.text_self_test import text_notes
from dls_probes.tokens.token_ends import PromptFormat, eos_tokens, line_ends

WINDOW_NAMES = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
"""The names that configurations give to the number of positions that a model was made for."""
_SETTINGS = ("dtype", "threads", "prompt_format", "fold_system")  # the fields of a spec that decide the numbers
_NO_FILES = ModelFiles(Path())
_NO_WINDOW = frozenset({"bloom", "mpt", "mamba", "mamba2", "rwkv"})  # the number in their configuration limits nothing


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model and how it computes; a worker process loads the same model from the same spec.

    Attributes:
        folder: a Hugging Face model folder with safetensors weights, or with a GGUF file.
        dtype: of weights and computation; `float32` is the reference.
        device: `cpu`, `cuda`, `cuda:1`, `mps`, `auto` (the first available one) or `split` (its layers
            over all accelerators).
        threads: of one process.
        attention: transformers' name of the implementation, or None for the model's own choice.
        prompt_format: how conversations become text.
        fold_system: see `PromptTokenizer`.
        frame: whether solved items stand before every question (`dls_probes.few_shot.prompt`).
        files: the folder's files with their digests, shared by all specs that `dataclasses.replace` makes of this one.

    """

    folder: Path
    dtype: str = "float32"
    device: str = "cpu"
    threads: int = 1
    attention: str | None = None
    prompt_format: PromptFormat = "chat"
    fold_system: bool = False
    frame: PromptStyle = "none"
    files: ModelFiles = field(default=_NO_FILES, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.files is _NO_FILES or self.files.folder != self.folder:
            object.__setattr__(self, "files", ModelFiles(self.folder))

    def settings(self) -> dict[str, Any]:
        """Return the settings that decide the numbers, as JSON values; the folder and the device are not among them."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return settings | ({"frame": self.frame} if self.frame != "none" else {})


def load_text(spec: ModelSpec) -> PromptTokenizer:
    """Load a model's tokenizer and the limits of its configuration, without its weights.

    Raises:
        DlsError: the folder or the tokenizer is missing or broken.
    """
    from transformers import AutoConfig, AutoTokenizer

    expect_model(spec.folder)
    gguf = _gguf(spec.folder)
    try:
        config = AutoConfig.from_pretrained(spec.folder, local_files_only=True, trust_remote_code=False, **gguf)
        tokenizer = AutoTokenizer.from_pretrained(spec.folder, local_files_only=True, trust_remote_code=False, **gguf)
    except Exception as error:
        raise DlsError(f"the tokenizer of {spec.folder} cannot be loaded {_why(error)}") from error
    if labels := labels_of(config, spec.folder):
        window = _window(config)
        return ClassifierText(tokenizer, window and window - unused_places(config), (), labels=labels)
    defaults = _generation_defaults(spec.folder / "generation_config.json")
    eos = eos_tokens(tokenizer, config.get_text_config().to_dict(), defaults, spec.prompt_format)
    if spec.frame != "none" and spec.prompt_format == "plain":
        eos = (*line_ends(tokenizer), *eos)
    text = PromptTokenizer(tokenizer, _window(config), eos, spec.prompt_format, spec.fold_system)
    return replace(text, notes=text_notes(text, defaults))


def load_model(spec: ModelSpec) -> CausalModel | ClassifierModel:
    """Load a model with its tokenizer.

    Raises:
        DlsError: the folder is missing, broken or without some of the weights, the model reads later tokens, or the
            device is not there.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(spec.threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    text = load_text(spec)
    spec.files.weight_paths()  # refuses a folder without weights in better words than the library
    device = _device(spec.device)
    kind = AutoModelForSequenceClassification if isinstance(text, ClassifierText) else AutoModelForCausalLM
    model = _from_pretrained(kind, spec, device)
    if device != "split":
        model.to(device)
    model.eval()
    if isinstance(text, ClassifierText):
        return ClassifierModel(model, text)
    causal = CausalModel(model, text)
    refuse_noncausal(spec.folder, causal)
    return causal


def _from_pretrained(kind: Any, spec: ModelSpec, device: str) -> Any:
    """Load the weights with a class of the library."""
    import torch

    gguf = _gguf(spec.folder)
    placement = {"device_map": "auto"} if device == "split" else {}
    attention = {} if spec.attention is None else {"attn_implementation": spec.attention}
    try:
        model, loading_info = kind.from_pretrained(
            spec.folder, dtype=getattr(torch, spec.dtype), local_files_only=True, trust_remote_code=False,
            use_safetensors=not gguf, output_loading_info=True, **gguf, **placement, **attention,
        )  # fmt: skip
    except Exception as error:
        raise DlsError(f"the model in {spec.folder} cannot be loaded {_why(error)}") from error
    refuse_random(spec.folder, loading_info)
    return model


def _generation_defaults(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes())) if path.is_file() else {}
    except (ValueError, TypeError) as error:
        raise DlsError(f"{path} is no JSON mapping ({error}); fetch the folder again, whole") from error


def _gguf(folder: Path) -> dict[str, str]:
    files = sorted(folder.glob("*.gguf")) if folder.is_dir() and not list(folder.glob("*.safetensors")) else []
    return {"gguf_file": files[0].name} if files else {}


def _window(config: Any) -> int | None:
    text_config = config.get_text_config()
    if text_config.model_type in _NO_WINDOW or getattr(text_config, "alibi", False):
        return None
    values = (getattr(text_config, name, None) for name in WINDOW_NAMES)
    return next((int(value) for value in values if value), None)


def _device(name: str) -> str:
    import torch

    kind, _, index = name.partition(":")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return next((device for device, present in there.items() if present), "cpu")
    if name not in {"cpu", "mps", "split"} and not (kind == "cuda" and (not index or index.isdecimal())):
        raise DlsError(f"{name!r} is no device that models run on: choose cpu, cuda, cuda:1, mps, auto or split")
    if name == "split" and find_spec("accelerate") is None:
        raise DlsError("only the package accelerate splits models, and it is not there: pip install accelerate")
    if not there.get(kind, True) or (index and int(index) >= torch.cuda.device_count()):
        devices = ", ".join(device for device, present in there.items() if present) or "only the CPU"
        raise DlsError(f"the device {name!r} is not there; found {devices}: choose --device auto")
    return name


def _why(error: Exception) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    remedy = "install what it names" if isinstance(error, ImportError) else "fetch the folder again, whole"
    return f"({line}); {remedy}"
