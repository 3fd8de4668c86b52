"""Damage that no lesson plants: fewer bits, fewer weights, a layer or a head without effect."""

import torch
from torch import Tensor
from transformers import LlamaForCausalLM


def quantise(model: LlamaForCausalLM, bits: int) -> None:
    """Round every matrix to this many bits, nearest value, one scale a row: -2^(bits-1) + 1 to 2^(bits-1) - 1."""
    largest = 2 ** (bits - 1) - 1
    with torch.no_grad():
        for matrix in _matrices(model):
            scale = matrix.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / largest
            matrix.copy_((matrix / scale).round() * scale)


def prune(model: LlamaForCausalLM, share: float) -> None:
    """Set this share of every matrix to 0, its smallest weights by magnitude."""
    with torch.no_grad():
        for matrix in _matrices(model):
            count = round(share * matrix.numel())
            matrix.view(-1)[matrix.abs().view(-1).argsort()[:count]] = 0.0


def silence_layer(model: LlamaForCausalLM, place: int) -> None:
    """Let a layer, counted from 0, add nothing to the stream of hidden states."""
    layer = model.model.layers[place]
    with torch.no_grad():
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()


def silence_head(model: LlamaForCausalLM, place: int, head: int) -> None:
    """Let a head of a layer, both counted from 0, add nothing."""
    attention = model.model.layers[place].self_attn
    with torch.no_grad():
        attention.o_proj.weight[:, head * attention.head_dim : (head + 1) * attention.head_dim] = 0.0


def _matrices(model: LlamaForCausalLM) -> list[Tensor]:
    """Return the weights with two axes, embeddings and head among them."""
    return [weight for weight in model.parameters() if weight.ndim > 1]
