"""Models with random weights, made on the device itself: no file is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from benchmarks.gpu.meters import release

from dls_probes import pair
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec, load_text

SIZES = {
    "tiny": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "intermediate_size": 128, "vocab_size": 512},
    "1B": {"hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
           "intermediate_size": 8192, "vocab_size": 128_256},
    "8B": {"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
           "intermediate_size": 14_336, "vocab_size": 128_256},
}  # fmt: skip
"""Members of the configurations of Llamas: one that a CPU runs, Llama 3.2 1B and Llama 3.1 8B."""
FAMILIES = ("llama", "qwen3", "gemma3_text", "mistral", "phi3")
_FAMILY = {
    "vocab_size": 300, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 16, "sliding_window": 8, "max_position_embeddings": 512,
    "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2,
}  # fmt: skip


@contextmanager
def random_llama(device: str, size: str, dtype: str) -> Iterator[CausalModel]:
    """Make a Llama of a size in the table above; its memory is free again at the end."""
    from transformers import LlamaConfig

    config = LlamaConfig(**SIZES[size], max_position_embeddings=4096, tie_word_embeddings=size == "1B")
    model = random_model(config, device, dtype)
    try:
        yield model
    finally:
        del model
        release(device)


def random_family(kind: str, device: str, dtype: str) -> CausalModel:
    """Return a small model of a family."""
    from transformers import AutoConfig

    return random_model(AutoConfig.for_model(kind, **_FAMILY), device, dtype)


def random_model(config: Any, device: str, dtype: str) -> CausalModel:
    """Return a model of a configuration, with the built-in tokenizer: its texts are token ids alone."""
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=getattr(torch, dtype)).eval()
    return CausalModel(model, load_text(ModelSpec(pair.TEACHER)), ModelFiles(pair.TEACHER))
