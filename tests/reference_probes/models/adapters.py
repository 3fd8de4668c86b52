"""Adapters that the library peft itself trains or writes, beside the model that it computes with."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

NAMES = ("q_proj", "v_proj")


@contextmanager
def quiet() -> Iterator[None]:
    """Hide the warnings of peft about releases of transformers that are newer than it, and about tied tensors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Adapted(NamedTuple):
    """An adapter's folder, that of its base, and the model of peft that wrote it: the oracle."""

    folder: Path
    base: Path
    oracle: Any

    def logits(self, tokens: list[int]) -> Any:
        with torch.no_grad():
            return self.oracle.eval()(torch.tensor([tokens])).logits[0]


def adapt(folder: Path, base: Path, *, rows: int = 0, tokenizer: bool = False, **settings: Any) -> Adapted:
    """Write an adapter with random factors on a base, whose embeddings get more rows where `rows` says so."""
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_pretrained(base)
    if rows:
        model.resize_token_embeddings(rows, mean_resizing=False)
    choices = {"r": 2, "target_modules": list(NAMES), "task_type": "CAUSAL_LM", "init_lora_weights": False}
    with quiet():
        adapted = get_peft_model(model, LoraConfig(**choices | settings))
        adapted.save_pretrained(folder)
    if tokenizer:
        AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    return Adapted(folder, base, adapted)


def train(folder: Path, base: Path, texts: list[str], steps: int = 30) -> Path:
    """Train an adapter on a few texts for some steps, and write it with its tokenizer."""
    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    with quiet():
        adapted = get_peft_model(model, LoraConfig(r=4, target_modules=list(NAMES), task_type="CAUSAL_LM"))
    optimizer = torch.optim.AdamW([p for p in adapted.parameters() if p.requires_grad], lr=5e-3)
    rows = [torch.tensor([tokenizer(text)["input_ids"]]) for text in texts]
    for step in range(steps):
        ids = rows[step % len(rows)]
        loss = adapted(input_ids=ids, labels=ids).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with quiet():
        adapted.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
