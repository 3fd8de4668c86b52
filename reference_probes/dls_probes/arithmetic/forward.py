"""One forward pass over a pack of texts, with the output head applied only at the places that an answer needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dls_probes.arithmetic.cache import cache_inputs, shared_prefix_cache
from dls_probes.arithmetic.last_layer import only_at
from dls_probes.arithmetic.masks import depths_of, tree_mask
from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.tries import Trie, trie
from dls_probes.packs import TextJob


@dataclass(frozen=True, slots=True)
class PackArrays:
    """A pack's rows as arrays.

    Attributes:
        tokens: [rows, longest] token ids, padded on the right with 0.
        tries: the trie of each row.
        output_indices: flat indices (row * longest + node) of the places whose logits are needed, ascending.
        places: for each job in the pack's order, the positions in `output_indices` of its places.

    """

    tokens: NDArray[np.int64]
    tries: tuple[Trie, ...]
    output_indices: NDArray[np.int64]
    places: tuple[NDArray[np.int64], ...]


def pack_arrays(rows: Sequence[Sequence[TextJob]]) -> PackArrays:
    """Return the rows of a pack as arrays."""
    tries = tuple(trie(row) for row in rows)
    longest = max(len(tree.tokens) for tree in tries)
    tokens = np.zeros((len(rows), longest), dtype=np.int64)
    flat: list[NDArray[np.int64]] = []
    for index, (row, tree) in enumerate(zip(rows, tries, strict=True)):
        tokens[index, : len(tree.tokens)] = tree.tokens
        flat.extend(index * longest + path[job.start - 1 :] for job, path in zip(row, tree.paths, strict=True))
    output_indices, inverse = np.unique(np.concatenate(flat), return_inverse=True)
    ends = np.cumsum([len(places) for places in flat])[:-1]
    return PackArrays(tokens, tries, output_indices, tuple(np.split(inverse, ends)))


def logits(
    model: Any, rows: Sequence[Sequence[TextJob]], layout: str, prefix: Any = None, last: Any = None
) -> tuple[Tensor, PackArrays]:
    """Return float32 logits at the places that the jobs need, [outputs, vocabulary], and the pack's arrays.

    Args:
        model: a transformers causal language model.
        rows: of the pack.
        layout: how the rows share their tokens.
        prefix: the KV cache of the prefix that every row continues; the rows then hold only the tokens after it.
        last: the last layer's part that runs at those places alone (`last_layer.feed_forward`).

    """
    arrays = pack_arrays(rows)
    indices = torch.from_numpy(arrays.output_indices).to(input_device(model))

    def select(states: Tensor) -> Tensor:
        return states.reshape(1, -1, states.shape[-1])[:, indices.to(states.device)]

    with torch.inference_mode(), only_at(last, indices), select_head_input(model, select) as calls:
        output = model(**_inputs(model, arrays, layout, prefix)).logits
        if not calls:
            output = select(output)
    return output[0].float(), arrays


def head_input(
    model: Any, rows: Sequence[Sequence[TextJob]], layout: str, prefix: Any = None, last: Any = None
) -> tuple[Tensor, PackArrays]:
    """Return the output head's input at the places that the jobs need, [outputs, hidden], and the pack's arrays.

    The arguments are those of `logits`.
    """
    arrays = pack_arrays(rows)
    indices = torch.from_numpy(arrays.output_indices)
    selections: list[Tensor] = []

    def collect(states: Tensor) -> Tensor:
        flat = states.reshape(-1, states.shape[-1])
        selections.append(flat[indices.to(states.device)])
        return states[:1, :1]

    with torch.inference_mode(), only_at(last, indices), select_head_input(model, collect):
        model(**_inputs(model, arrays, layout, prefix))
    return selections[0], arrays


def _inputs(model: Any, arrays: PackArrays, layout: str, prefix: Any) -> dict[str, Any]:
    """Return the model's inputs for a pack; an attention mask only where the rows need one."""
    inputs: dict[str, Any] = {"input_ids": torch.from_numpy(arrays.tokens)}
    if layout.startswith("tree"):
        length = 0 if prefix is None else prefix.get_seq_length()
        mask = tree_mask(model, arrays.tries, layout, length)
        inputs |= {"attention_mask": mask, "position_ids": depths_of(arrays.tries) + length}
    elif len({len(tree.tokens) for tree in arrays.tries}) > 1:
        inputs["attention_mask"] = torch.from_numpy(_padding_mask(arrays))
    device = input_device(model)
    on_device = {name: _to_device(value, device) for name, value in inputs.items()}
    cache = None if prefix is None else shared_prefix_cache(prefix)
    return {**on_device, **cache_inputs(model, cache, use=prefix is not None)}


@contextmanager
def select_head_input(model: Any, select: Callable[[Tensor], Tensor]) -> Iterator[list[bool]]:
    """Pass only selected hidden states to the output head; the list stays empty until the model calls its head."""
    calls: list[bool] = []

    def hook(_module: Any, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        calls.append(True)
        return (select(arguments[0]), *arguments[1:])

    head = model.get_output_embeddings()
    handle = head.register_forward_pre_hook(hook) if head is not None else None
    try:
        yield calls
    finally:
        if handle is not None:
            handle.remove()


def _padding_mask(arrays: PackArrays) -> NDArray[np.int64]:
    mask = np.zeros_like(arrays.tokens)
    for index, tree in enumerate(arrays.tries):
        mask[index, : len(tree.tokens)] = 1
    return mask


def _to_device(value: Tensor | Mapping[str, Tensor], device: torch.device) -> Any:
    if isinstance(value, Mapping):
        return {name: tensor.to(device) for name, tensor in value.items()}
    return value.to(device)
