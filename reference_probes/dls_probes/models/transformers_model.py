"""Models of the transformers library: found and described without torch, loaded with it."""

import json
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dls.canonical import files_sha256
from dls.errors import DlsError
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.classifier_labels import labels_of, unused_places
from dls_probes.models.classifier_model import ClassifierModel, ClassifierText
from dls_probes.models.weights import refuse_random
from dls_probes.requests import Frame
from dls_probes.tokens.text import Text
from dls_probes.tokens.text_self_test import text_notes
from dls_probes.tokens.token_ends import PromptFormat, eos_tokens, line_ends

_TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt",
    "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
)  # fmt: skip
WINDOW_NAMES = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
"""What configurations call the number of positions that a model was made for."""
_NO_SETTING = frozenset({"folder", "device", "attention", "frame"})
_NO_WINDOW = frozenset({"bloom", "mpt", "mamba", "mamba2", "rwkv"})  # the number in their configuration limits nothing


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model, and how it computes; a worker process loads the same model from the same spec.

    Attributes:
        folder: a Hugging Face model folder with safetensors weights, or with a GGUF file.
        dtype: of weights and computation; `float32` is the reference.
        device: `cpu`, `cuda`, `cuda:1`, `mps`, `auto` (the first that is there) or `split` (layers over all accelerators).
        threads: of one process.
        attention: transformers' name of the implementation, or None for the model's own choice.
        prompt_format: how conversations become text.
        fold_system: see `Text`.
        frame: whether solved items stand before every question (`dls_probes.few_shot.prompt`).

    """

    folder: Path
    dtype: str = "float32"
    device: str = "cpu"
    threads: int = 1
    attention: str | None = None
    prompt_format: PromptFormat = "chat"
    fold_system: bool = False
    frame: Frame = "none"

    def settings(self) -> dict[str, Any]:
        """Return what decides the numbers, as JSON values; where the folder and the device lie is no part of it."""
        settled = {name: value for name, value in asdict(self).items() if name not in _NO_SETTING}
        return settled | ({"frame": self.frame} if self.frame != "none" else {})


def weight_files(folder: Path) -> list[Path]:
    """Return the weight files of a model folder: all safetensors, else its single GGUF file.

    Raises:
        DlsError: there is no folder, no such file, several GGUF files, or only weights that can run code when they are loaded.
    """
    _expect_model(folder)
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.gguf"))
    if not files:
        found = ", ".join(path.name for path in sorted(folder.glob("*.bin"))) or "no weights"
        raise DlsError(
            f"{folder} holds {found}; only safetensors and GGUF weights are read, since others can run code: convert them first"
        )
    if len(files) > 1 and files[0].suffix == ".gguf":
        names = ", ".join(path.name for path in files)
        raise DlsError(
            f"{folder} holds {names}, and one GGUF file is a model: put the one you mean in a folder of its own"
        )
    return files


def _expect_model(folder: Path) -> None:
    if not (folder / "config.json").is_file() and not list(folder.glob("*.gguf")):
        raise DlsError(
            f"{folder} is no model folder: it has no config.json; give a folder that `save_pretrained` wrote or that was downloaded whole"
        )


def weights_sha256(folder: Path) -> str:
    """Return the digest of a model's weight files."""
    return files_sha256(weight_files(folder))


def tokenizer_sha256(folder: Path) -> str:
    """Return the digest of a model's tokenizer files, the chat template included; of the GGUF file where it holds them."""
    files = [folder / name for name in _TOKENIZER_FILES if (folder / name).is_file()]
    return files_sha256(files or weight_files(folder))


def load_text(spec: ModelSpec) -> Text:
    """Load a model's tokenizer and the limits of its configuration, without its weights.

    Raises:
        DlsError: the folder or the tokenizer is missing or broken.
    """
    from transformers import AutoConfig, AutoTokenizer

    _expect_model(spec.folder)
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
    text = Text(tokenizer, _window(config), eos, spec.prompt_format, spec.fold_system)
    return replace(text, notes=text_notes(text, defaults))


def load_model(spec: ModelSpec) -> CausalModel | ClassifierModel:
    """Load a model with its tokenizer.

    Raises:
        DlsError: the folder is missing, broken or without some of the weights, or the device is not there.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(spec.threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    text = load_text(spec)
    weight_files(spec.folder)
    device = _device(spec.device)
    placement = {"device_map": "auto"} if device == "split" else {}
    attention = {} if spec.attention is None else {"attn_implementation": spec.attention}
    kind = AutoModelForSequenceClassification if isinstance(text, ClassifierText) else AutoModelForCausalLM
    try:
        loaded: Any = kind.from_pretrained(
            spec.folder, dtype=getattr(torch, spec.dtype), local_files_only=True, trust_remote_code=False,
            use_safetensors=not _gguf(spec.folder), output_loading_info=True, **_gguf(spec.folder), **placement, **attention,
        )  # fmt: skip
    except Exception as error:
        raise DlsError(f"the model in {spec.folder} cannot be loaded {_why(error)}") from error
    model, told = loaded
    refuse_random(spec.folder, told)
    if not placement:
        model.to(device)
    model.eval()
    return ClassifierModel(model, text) if isinstance(text, ClassifierText) else CausalModel(model, text)


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
    found = [getattr(text_config, name, None) for name in WINDOW_NAMES]
    return next((int(value) for value in found if value), None)


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
        found = ", ".join(device for device, present in there.items() if present) or "only the CPU"
        raise DlsError(f"the device {name!r} is not there; found {found}: choose --device auto")
    return name


def _why(error: Exception) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    remedy = "install what it names" if isinstance(error, ImportError) else "fetch the folder again, whole"
    return f"({line}); {remedy}"
