"""Tiny models with random weights, saved as ordinary model folders with a tokenizer."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from tests.reference_probes.loop import _whole, loop, tiny_pair  # noqa: F401  fixtures
from tests.reference_probes.own_profile import _own, own  # noqa: F401  fixtures
from tests.reference_probes.published import _honest, headline, published  # noqa: F401  fixtures
from tests.reference_probes.situation import _situation, situation  # noqa: F401  fixtures
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ("<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>")
TEMPLATE = (
    "<s>{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
REBUILT = ("qwen2",)
"""The kinds of models whose tokenizer the library builds again as one of bytes, whatever its file says."""
CORPUS = [
    "what is 3 + 4 ? 7", "what does anna have ? a red box and a blue cup", "not stated",
    "name a colour : green , yellow or white", "the answer is given in the text above",
    "so 12 + 5 = 17 and then 17 - 8 = 9", "who has the old lamp ? tom has the old lamp",
]  # fmt: skip


def build_tokenizer(folder: Path, *, template: str | None = TEMPLATE, byte_level: bool = False) -> None:
    """Write a BPE tokenizer into a folder: of bytes, or with Metaspace, byte fallback and single digits."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=not byte_level, unk_token=None))
    digits = pre_tokenizers.Digits(individual_digits=True)
    if byte_level:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
        tokenizer.decoder = decoders.ByteLevel()
        special = [*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(prepend_scheme="always"), digits])
        tokenizer.decoder = decoders.Sequence(
            [decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="always"), decoders.Fuse()]
        )
        special = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer.train_from_iterator(
        CORPUS * 4, trainers.BpeTrainer(vocab_size=330, special_tokens=special, show_progress=False)
    )
    raw = json.loads(tokenizer.to_str())
    raw["added_tokens"] = [token for token in raw["added_tokens"] if token["content"] in SPECIAL]
    (folder / "tokenizer.json").write_text(json.dumps(raw))
    config: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>"}
    config |= {"additional_special_tokens": list(SPECIAL[2:])} | ({"chat_template": template} if template else {})
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def vocabulary(folder: Path) -> int:
    """Return an even vocabulary size that holds every id of the folder's tokenizer."""
    size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    return size + size % 2


def build_model(folder: Path, config: Any, *, seed: int = 0, scale: float = 4.0) -> Path:
    """Save a randomly initialised model; weights are scaled up so that every token and every mask matters."""
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config).float()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(scale)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a maker of model folders from a configuration class of transformers and its arguments."""

    def make(config_class: Any, *, seed: int = 0, scale: float = 4.0, **arguments: Any) -> Path:
        folder = tmp_path_factory.mktemp("model")
        build_tokenizer(folder, byte_level=config_class.model_type in REBUILT)
        config = config_class(
            vocab_size=vocabulary(folder), bos_token_id=0, eos_token_id=1, pad_token_id=1, **arguments
        )
        return build_model(folder, config, seed=seed, scale=scale)

    return make


@pytest.fixture(scope="session")
def llama(tiny: Callable[..., Path]) -> Path:
    """Return the folder of a Llama of two layers."""
    from transformers import LlamaConfig

    return tiny(
        LlamaConfig,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
    )


@pytest.fixture(scope="session")
def one_layer(tiny: Callable[..., Path]) -> Callable[..., Path]:
    """Return a maker of Llamas of one layer that read a thousand tokens, from a seed."""
    from transformers import LlamaConfig

    return partial(
        tiny,
        LlamaConfig,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=1024,
    )


def plain_score(model: Any, tokens: Sequence[int], start: int) -> float:
    """Score one text at a time with full logits: the oracle that the engine is held to."""
    with torch.no_grad():
        logits = model(torch.tensor([tokens], device=model.device)).logits[0].double()
    places = logits.log_softmax(dim=-1)[start - 1 : -1]
    return float(sum(places[i, token] for i, token in enumerate(tokens[start:])))


def plain_greedy(model: Any, tokens: Sequence[int], steps: int, eos: Sequence[int]) -> list[int]:
    """Generate one text at a time without a cache."""
    answer: list[int] = []
    while len(answer) < steps:
        with torch.no_grad():
            token = int(
                model(torch.tensor([[*tokens, *answer]], device=model.device), use_cache=False).logits[0, -1].argmax()
            )
        if token in eos:
            break
        answer.append(token)
    return answer


class Oracle(NamedTuple):
    """The slow and obvious ways."""

    score: Callable[..., float] = plain_score
    greedy: Callable[..., list[int]] = plain_greedy


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """Return the slow and obvious ways."""
    return Oracle()
