"""Model folders of any class of the library, and ways to change what lies in one."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from tests.reference_probes.conftest import build_tokenizer, vocabulary

LAYERS = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 64,
}  # fmt: skip
GROUPS = {**LAYERS, "num_key_value_heads": 2}
BOTH_SIDES = {
    "d_model": 32, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "decoder_start_token_id": 1,
}  # fmt: skip
SCALE = 4.0  # of the weights, so that every token and every mask matters


def save(folder: Path, kind: str, family: str, **settings: Any) -> Path:
    """Save a model with random weights and a tokenizer: of the class `kind`, with the configuration of `family`."""
    folder.mkdir(exist_ok=True)
    build_tokenizer(folder)
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    if "text_config" not in settings:
        settings |= {"vocab_size": vocabulary(folder), **ends}
    torch.manual_seed(0)
    model = getattr(transformers, kind)(getattr(transformers, f"{family}Config")(**settings)).float()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(SCALE)
    model.save_pretrained(folder)
    return folder


def llama(folder: Path, **settings: Any) -> Path:
    return save(folder, "LlamaForCausalLM", "Llama", **GROUPS | settings)


def change_json(path: Path, **members: Any) -> None:
    """Give a JSON file other members."""
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


def change_tensors(folder: Path, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    """Add tensors to the weights of a folder, or replace some."""
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors |= change(tensors)
    save_file(tensors, path, metadata={"format": "pt"})


def write_adapter(folder: Path, base: Path) -> None:
    """Write an adapter of LoRA as the package peft does, without that package."""
    settings = {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": str(base), "r": 2, "lora_alpha": 2,
        "target_modules": ["q_proj"],
    }  # fmt: skip
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    width = GROUPS["hidden_size"]
    factors = {"A": torch.ones(2, width), "B": torch.ones(width, 2)}
    tensors = {
        f"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_{name}.weight": factor.clone()
        for layer in range(GROUPS["num_hidden_layers"])
        for name, factor in factors.items()
    }
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
