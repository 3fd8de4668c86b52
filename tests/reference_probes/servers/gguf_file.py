"""A folder of the Llama architecture with a Unigram tokenizer as one float32 GGUF file, as llama.cpp reads it."""

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from safetensors.numpy import load_file

_TENSORS = {"embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output"}
_PARTS = {
    **{f"self_attn.{letter}_proj": f"attn_{letter}" for letter in "qkv"},
    "self_attn.o_proj": "attn_output",
    **{f"mlp.{name}_proj": f"ffn_{name}" for name in ("gate", "up", "down")},
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def write_gguf(folder: Path, path: Path) -> None:
    """Write the model of a folder as a GGUF file."""
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "llama")
    _add_sizes(writer, config)
    _add_vocabulary(writer, json.loads((folder / "tokenizer.json").read_text()), config)
    for name, tensor in load_file(folder / "model.safetensors").items():
        writer.add_tensor(*_tensor(name, tensor.astype(np.float32), config))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_sizes(writer: Any, config: dict[str, Any]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(0)


def _add_vocabulary(writer: Any, tokenizer: dict[str, Any], config: dict[str, Any]) -> None:
    pieces, scores = map(list, zip(*tokenizer["model"]["vocab"], strict=True))
    special = {entry["id"]: entry["content"] for entry in tokenizer["added_tokens"]}
    for token in range(len(pieces), config["vocab_size"]):
        pieces.append(special.get(token, f"<unused {token}>"))
        scores.append(-100.0)
    ordinary = len(tokenizer["model"]["vocab"])
    control = {*special, *range(ordinary, len(pieces))}
    kinds = [gguf.TokenType.CONTROL if i in control else gguf.TokenType.NORMAL for i in range(len(pieces))]
    kinds[0] = gguf.TokenType.UNKNOWN
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores(scores)
    writer.add_token_types([int(kind) for kind in kinds])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(False)  # noqa: FBT003  its only parameter
    writer.add_add_space_prefix(False)  # noqa: FBT003  likewise


def _tensor(name: str, tensor: Any, config: dict[str, Any]) -> tuple[str, Any]:
    """Return a tensor under llama.cpp's name; rows of queries and keys stand there in another order."""
    parts = name.removeprefix("model.").removesuffix(".weight").split(".")
    if parts[0] != "layers":
        return f"{_TENSORS[parts[0]]}.weight", tensor
    part = ".".join(parts[2:])
    heads = {"self_attn.q_proj": "num_attention_heads", "self_attn.k_proj": "num_key_value_heads"}.get(part)
    if heads:
        shape = tensor.shape
        tensor = tensor.reshape(config[heads], 2, -1, *shape[1:]).swapaxes(1, 2).reshape(shape)
    return f"blk.{parts[1]}.{_PARTS[part]}.weight", tensor
