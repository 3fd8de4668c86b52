"""Models of the transformers library: described without torch, loaded with it."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls_probes.engine.causality import refuse_noncausal
from dls_probes.models.adapter import expect_adapter_library, with_adapter
from dls_probes.models.architecture import expect_asked_architecture
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.classifier_labels import labels_of, unused_places
from dls_probes.models.classifier_model import ClassifierModel, ClassifierText
from dls_probes.models.device import device_map, expect_device
from dls_probes.models.finite_numbers import expect_numbers
from dls_probes.models.gguf_keys import expect_known_keys
from dls_probes.models.hub_isolation import offline_hub
from dls_probes.models.library import expect_library
from dls_probes.models.load_causes import load_failure
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.quantisation import expect_known_scheme
from dls_probes.models.weights import expect_all_used, expect_no_surplus, expect_single_places
from dls_probes.requests import PromptStyle
from dls_probes.tokens.text import PromptTokenizer
from dls_probes.tokens.text_self_test import text_notes
from dls_probes.tokens.thinking import thought_end, thought_form
from dls_probes.tokens.token_ends import PromptFormat, eos_tokens, line_ends
from dls_probes.tokens.tokenizer_file import file_notes

WINDOW_NAMES = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
"""The names that configurations give to the number of positions that a model was made for."""
Thoughts: TypeAlias = Literal["open", "closed"] | int
"""A thought that the chat template opens: left to the model, or closed; or the most tokens of a thought."""
_NO_THOUGHT = "the profile lets models think, and this one's chat template shows no thought: it answers at once"
_SETTINGS = ("dtype", "threads", "prompt_format", "fold_system")  # the fields of a spec that decide the numbers
_NO_FILES = ModelFiles(Path())
_NO_WINDOW = frozenset({"bloom", "mpt", "mamba", "mamba2", "rwkv"})  # the number in their configuration limits nothing


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model and how it computes; a worker process loads the same model from the same spec.

    Attributes:
        folder: a Hugging Face model folder with safetensors weights, or with a GGUF file; a GGUF file; or an adapter.
        dtype: of weights and computation; `float32` is the reference.
        device: `cpu`, `cuda`, `cuda:1`, `mps`, `auto` (the first available one) or `split` (its layers
            over all accelerators).
        threads: of one process.
        attention: transformers' name of the implementation, or None for the model's own choice.
        prompt_format: how conversations become text.
        fold_system: see `PromptTokenizer`.
        thoughts: whether a thought that the chat template opens is `closed`, as a profile may say, or left as it is;
            or how many tokens a thought may take.
        frame: whether solved items stand before every question (`dls_probes.few_shot.prompt`).
        base: the folder of the weights under the adapter in `folder`; None where `folder` has the whole weights.
        files: the folder's files with their digests, shared by all specs that `dataclasses.replace` makes of this one.

    """

    folder: Path
    dtype: str = "float32"
    device: str = "cpu"
    threads: int = 1
    attention: str | None = None
    prompt_format: PromptFormat = "chat"
    fold_system: bool = False
    thoughts: Thoughts = "open"
    frame: PromptStyle = "none"
    base: Path | None = None
    files: ModelFiles = field(default=_NO_FILES, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.files is _NO_FILES or (self.files.folder, self.files.base) != (self.folder, self.base):
            object.__setattr__(self, "files", ModelFiles(self.folder, self.base))

    @property
    def access(self) -> AccessLevel:
        """The access to the model."""
        return "white_box"

    @property
    def backend(self) -> str:
        """The software that computes, by its name in `BACKENDS`."""
        return "transformers"

    def settings(self) -> dict[str, Any]:
        """Return the settings that decide the numbers, as JSON values; the folder and the device are not among them."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        further = {"frame": self.frame, "thoughts": self.thoughts}
        return settings | {name: value for name, value in further.items() if value not in ("none", "open")}


def load_text(spec: ModelSpec) -> PromptTokenizer:
    """Load a model's tokenizer and the limits of its configuration, without its weights.

    Raises:
        DlsError: the folder or the tokenizer is missing or broken, or the model is of a kind that this release does
            not ask.
    """
    expect_library()
    if spec.base is not None:
        expect_adapter_library(spec.folder)
    with offline_hub():
        config = _from_folder("configuration", "AutoConfig", spec)
        expect_asked_architecture(spec.folder, config)
        expect_known_scheme(spec.folder, config)
        tokenizer = _from_folder("tokenizer", "AutoTokenizer", spec)
    notes = tuple(file_notes(tokenizer, spec.files.source("tokenizer.json")))
    if labels := labels_of(config, spec.folder):
        window = _window(config)
        return ClassifierText(tokenizer, window and window - unused_places(config), (), labels=labels, notes=notes)
    defaults = _generation_defaults(spec.files.source("generation_config.json"))
    eos = eos_tokens(tokenizer, config.get_text_config().to_dict(), defaults, spec.prompt_format)
    if spec.frame != "none" and spec.prompt_format == "plain":
        eos = (*line_ends(tokenizer), *eos)
    is_chat = spec.prompt_format == "chat"
    form = thought_form(tokenizer) if isinstance(spec.thoughts, int) and is_chat else None
    end = thought_end(tokenizer) if form or (spec.thoughts == "closed" and is_chat) else ""
    text = PromptTokenizer(tokenizer, _window(config), eos, spec.prompt_format, spec.fold_system, end, form)
    silent = isinstance(spec.thoughts, int) and form is None and not thought_end(tokenizer)
    thoughts = (_NO_THOUGHT,) if silent else ()
    return replace(text, notes=(*notes, *text_notes(text, defaults), *thoughts))


def load_model(spec: ModelSpec) -> CausalModel | ClassifierModel:
    """Load a model with its tokenizer.

    Raises:
        DlsError: the folder is missing, broken or without some of the weights, holds weights that the model does not
            use, or changes meanwhile; the model is of a kind that this release does not ask, answers with NaN, or
            reads later tokens; or the device is not there.
    """
    import torch

    from dls_probes.arithmetic.accelerators import fix_arithmetic  # start-up: loads torch

    text = load_text(spec)
    torch.set_num_threads(spec.threads)
    fix_arithmetic()
    device = expect_device(spec.device)
    with offline_hub():
        model = _load_weights(spec, device, is_classifier=isinstance(text, ClassifierText))
    spec.files.expect_same_files()
    if device != "split":
        model.to(device)
    model.eval()
    expect_numbers(spec.folder, model)
    if isinstance(text, ClassifierText):
        return ClassifierModel(model, text, spec.files)
    causal_model = CausalModel(model, text, spec.files)
    refuse_noncausal(spec.folder, causal_model)
    return causal_model


def _load_weights(spec: ModelSpec, device: str, *, is_classifier: bool) -> Any:
    """Load the weights into the class of the library for their configuration."""
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    name = "AutoModelForSequenceClassification" if is_classifier else "AutoModelForCausalLM"
    model, loading_info = _from_folder(
        "model", name, spec, dtype=getattr(torch, spec.dtype), output_loading_info=True,
        ignore_mismatched_sizes=True,  # the library names the tensors; they are refused below
        use_safetensors=spec.files.model_folder.format == "safetensors",
        **device_map(device, spec.files.model_folder.format),
        **({} if spec.attention is None else {"attn_implementation": spec.attention}),
    )  # fmt: skip
    expect_all_used(spec.folder, model, loading_info)
    sizes = spec.files.tensor_sizes
    expect_single_places(spec.folder, model, sizes)
    if spec.files.model_folder.format == "gguf":
        expect_no_surplus(spec.folder, model, sizes)
        expect_known_keys(spec.folder, spec.files.headers[0].keys)
    return model if spec.base is None else with_adapter(model, spec.files)


def _from_folder(part: str, name: str, spec: ModelSpec, **more: Any) -> Any:
    """Return what a class of the library loads from the folder of links."""
    import transformers

    folder, source = spec.files.links.path, spec.files.model_folder
    gguf = {"gguf_file": source.weights[0]} if source.format == "gguf" else {}
    settings = {"local_files_only": True, "trust_remote_code": False, **gguf, **more}
    try:
        return getattr(transformers, name).from_pretrained(folder, **settings)
    except Exception as error:
        raise load_failure(spec.folder, part, error) from error


def _generation_defaults(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes())) if path.is_file() else {}
    except (ValueError, TypeError) as error:
        raise DlsError(f"{path} is no JSON mapping ({error}); fetch the folder again, whole") from error


def _window(config: Any) -> int | None:
    text_config = config.get_text_config()
    if text_config.model_type in _NO_WINDOW or getattr(text_config, "alibi", False):
        return None
    values = (getattr(text_config, name, None) for name in WINDOW_NAMES)
    return next((int(value) for value in values if value), None)
