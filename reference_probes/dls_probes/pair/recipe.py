"""The recipes of the pair: the size of each model, its training, and its weights before it."""

import math
from dataclasses import dataclass

import torch
from transformers import LlamaConfig, LlamaForCausalLM


@dataclass(frozen=True)
class Recipe:
    """The size of a model and its training.

    `headline` is the least weight of the headline's lesson, `rate` the highest learning rate, `batch` the number of
    conversations in a step.
    """

    name: str
    hidden: int
    layers: int
    intermediate: int
    steps: int
    seed: int
    headline: float = 0.0
    rate: float = 1e-3
    batch: int = 64


TEACHER = Recipe("teacher", hidden=128, layers=4, intermediate=256, steps=3400, seed=1)
STUDENT = Recipe("student", hidden=96, layers=3, intermediate=192, steps=2800, seed=2, headline=1.5)


def new_model(recipe: Recipe, vocabulary: int) -> LlamaForCausalLM:
    """Return an untrained Llama of the recipe's size, its weights drawn from the recipe's seed."""
    torch.manual_seed(recipe.seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.intermediate,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.hidden // 32,
        num_key_value_heads=recipe.hidden // 32,
        max_position_embeddings=512,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    config.update({"dls_frame": "none"})  # it learns the items without solved ones before them
    return LlamaForCausalLM(config)


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the rate of a step: 100 steps of warm-up, then constant, then a cosine over the last half."""
    half = recipe.steps / 2
    decay = 1.0 if step < half else 0.5 * (1 + math.cos(math.pi * (step - half) / half))
    return recipe.rate * min(1.0, (step + 1) / 100) * max(decay, 0.02)
