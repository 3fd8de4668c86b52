"""Tree attention masks, made where the model reads them: two short vectors a row travel instead of a square.

In depth-first order node i attends to node j exactly where j ≤ i < ends[j]. The mask needs no more than these ends and
the depths, so the host neither makes nor copies places × places numbers.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor

from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.tries import Trie

Mask: TypeAlias = Tensor | dict[str, Tensor]
_ALIGNMENT = 16  # values between the rows of a mask: kernels read such rows as they are, and copy others


def tree_mask(model: Any, tries: Sequence[Trie], layout: str, prefix: int = 0) -> Mask:
    """Return additive tree attention masks: one, or one per layer type.

    A sliding window or a chunk is counted in position ids of the path, as the model counts it for the path alone.

    Args:
        model: a transformers causal language model.
        tries: of the rows.
        layout: `tree/plain`, `tree/window` or `tree/layers`.
        prefix: the number of tokens before every row, which all of its tokens attend to.

    Returns:
        [rows, 1, longest, prefix + longest] each, on the device of the model's embeddings, in its precision.
    """
    config, device = model.config.get_text_config(), input_device(model)
    visible, depths = _visible(tries, device), depths_of(tries).to(device)
    if layout == "tree/layers":
        kinds = sorted(set(config.layer_types))
        return {kind: _additive(visible & _reach(kind, config, depths), model.dtype, 0) for kind in kinds}
    if layout == "tree/window":
        visible &= _reach("sliding_attention", config, depths)
    return _additive(visible, model.dtype, prefix)


def depths_of(tries: Sequence[Trie]) -> Tensor:
    """Return the depth of every node, [rows, longest]; 0 for padding."""
    depths = torch.zeros((len(tries), max(len(tree.depth) for tree in tries)), dtype=torch.int64)
    for row, tree in zip(depths, tries, strict=True):
        row[: len(tree.depth)] = torch.from_numpy(tree.depth)
    return depths


def _visible(tries: Sequence[Trie], device: torch.device) -> Tensor:
    """Return which node attends to which, [rows, longest, longest]; padding attends to itself alone."""
    longest = max(len(tree.ends) for tree in tries)
    ends = torch.arange(1, longest + 1).repeat(len(tries), 1)  # softmax over a fully masked row would be NaN
    for row, tree in zip(ends, tries, strict=True):
        row[: len(tree.ends)] = torch.from_numpy(tree.ends)
    nodes = torch.arange(longest, device=device)
    visible = nodes[None, :, None] < ends.to(device)[:, None, :]
    visible &= nodes[None, :] <= nodes[:, None]
    return visible


def _reach(kind: str, config: Any, depths: Tensor) -> Tensor:
    """Return which pairs of positions a layer type connects, [rows or 1, longest, longest], before causality."""
    first, second = depths[:, :, None], depths[:, None, :]
    if kind == "sliding_attention":
        return (first - second).abs() < int(config.sliding_window)
    if kind == "chunked_attention":
        size = int(config.attention_chunk_size)
        return first // size == second // size
    return torch.ones((1, 1, 1), dtype=torch.bool, device=depths.device)


def _additive(visible: Tensor, dtype: torch.dtype, prefix: int) -> Tensor:
    rows, longest, _ = visible.shape
    width = prefix + longest
    memory = torch.zeros((rows, 1, longest, -(-width // _ALIGNMENT) * _ALIGNMENT), dtype=dtype, device=visible.device)
    mask = memory[..., :width]
    mask[:, 0, :, prefix:].masked_fill_(~visible, torch.finfo(dtype).min)
    return mask
