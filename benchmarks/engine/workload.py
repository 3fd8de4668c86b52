"""The model and the requests of the benchmarks."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engine.gates import say

VOCABULARY = 12_288
_LAST_WORDS = ("x", "y", "a", "red", "box", ",", "12", "boxes", "?")  # of the text that tests each tokenizer


def requests(contexts: int, *, one_token: bool, vocabulary: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return contexts with four choices each; a word is a token, and one of the `vocabulary` where there is one."""
    import numpy as np

    random = np.random.default_rng(0)

    def words(mean: float, spread: float, low: int, high: int) -> str:
        length = int(np.clip(round(random.lognormal(mean, spread)), low, high))
        tokens = random.integers(2, VOCABULARY, length)
        return " ".join(vocabulary[token % len(vocabulary)] if vocabulary else _word(token) for token in tokens)

    pairs = [(words(4.1, 0.7, 16, 400), [" " + words(2.1, 0.6, 2, 24) for _ in range(4)]) for _ in range(contexts)]
    return [(context, [f" {c.split()[0]}" for c in choices]) for context, choices in pairs] if one_token else pairs


def examples() -> tuple[str, str]:
    """Return eight solved items of forty words, in their order and in reverse."""
    texts = [
        " ".join(_word(2 + (place * 7919 + item * 104_729) % (VOCABULARY - 2)) for place in range(40))
        for item in range(8)
    ]
    return " ".join(texts), " ".join(reversed(texts))


def _word(token: int) -> str:
    """Return the one word of a token id."""
    first = VOCABULARY - len(_LAST_WORDS)
    return f"w{token}" if token < first else _LAST_WORDS[token - first]


def short_requests(contexts: int) -> list[tuple[str, list[str]]]:
    """Return the requests with contexts of at most forty words, as questions are."""
    return [(" ".join(context.split()[:40]), choices) for context, choices in requests(contexts, one_token=False)]


def make_model(folder: Path, *, eos: Sequence[int] = (1,)) -> None:
    """Save a Llama of 15 M parameters with a tokenizer of one token for each word."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder.mkdir(parents=True)
    _write_tokenizer(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=320,
        intermediate_size=864,
        num_hidden_layers=6,
        num_attention_heads=10,
        num_key_value_heads=10,
        max_position_embeddings=1024,
        bos_token_id=0,
        eos_token_id=list(eos),
        initializer_range=0.05,
    )
    model = LlamaForCausalLM(config)
    say(f"model: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters")
    model.save_pretrained(folder)


def _write_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {"<s>": 0, "</s>": 1, **{_word(i): i for i in range(2, VOCABULARY)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="w2"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "model_max_length": 1024,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(names))
