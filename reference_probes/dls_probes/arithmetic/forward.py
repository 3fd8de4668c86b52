"""One forward pass over a pack of given text, with the head only where an answer needs it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dls_probes.arithmetic.cache import shared_prefix_cache
from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.tries import Trie, trie
from dls_probes.packs import TextJob

Mask: TypeAlias = Tensor | dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class PackArrays:
    """A pack's rows as arrays.

    Attributes:
        tokens: [rows, longest] token ids, padded on the right with 0.
        tries: the trie of each row.
        needed: flat indices (row * longest + node) of the places whose logits are wanted, ascending.
        places: for each job in the pack's order, the indices into `needed` of its places.

    """

    tokens: NDArray[np.int64]
    tries: tuple[Trie, ...]
    needed: NDArray[np.int64]
    places: tuple[NDArray[np.int64], ...]


def pack_arrays(rows: Sequence[Sequence[TextJob]]) -> PackArrays:
    """Lay out the rows of a pack."""
    tries = tuple(trie(row) for row in rows)
    longest = max(len(one.tokens) for one in tries)
    tokens = np.zeros((len(rows), longest), dtype=np.int64)
    flat: list[NDArray[np.int64]] = []
    for index, (row, one) in enumerate(zip(rows, tries, strict=True)):
        tokens[index, : len(one.tokens)] = one.tokens
        flat.extend(index * longest + path[job.start - 1 :] for job, path in zip(row, one.paths, strict=True))
    needed, inverse = np.unique(np.concatenate(flat), return_inverse=True)
    ends = np.cumsum([len(places) for places in flat])[:-1]
    return PackArrays(tokens, tries, needed, tuple(np.split(inverse, ends)))


def logits(model: Any, rows: Sequence[Sequence[TextJob]], layout: str, prefix: Any = None) -> tuple[Tensor, PackArrays]:
    """Return float32 logits at the needed places, [needed, vocabulary], and the layout of the pack.

    `prefix` is the cache of a text that was read before every row; the jobs of the rows begin behind it.
    """
    read = pack_arrays(rows)
    needed = torch.from_numpy(read.needed).to(input_device(model))

    def select(hidden: Tensor) -> Tensor:
        return hidden.reshape(1, -1, hidden.shape[-1])[:, needed.to(hidden.device)]

    with torch.inference_mode(), select_head_input(model, select) as used:
        output = model(**_inputs(model, read, layout, prefix)).logits
        if not used:
            output = select(output)
    return output[0].float(), read


def head_input(
    model: Any, rows: Sequence[Sequence[TextJob]], layout: str, prefix: Any = None
) -> tuple[Tensor, PackArrays]:
    """Return what reaches the output embeddings at the needed places, [needed, hidden], and the layout of the pack."""
    read = pack_arrays(rows)
    seen: list[Tensor] = []

    def keep(hidden: Tensor) -> Tensor:
        flat = hidden.reshape(-1, hidden.shape[-1])
        seen.append(flat[torch.from_numpy(read.needed).to(hidden.device)])
        return hidden[:1, :1]

    with torch.inference_mode(), select_head_input(model, keep):
        model(**_inputs(model, read, layout, prefix))
    return seen[0], read


def _inputs(model: Any, read: PackArrays, layout: str, prefix: Any) -> dict[str, Any]:
    """Return the model's inputs for a pack: a mask only where one is needed."""
    inputs: dict[str, Any] = {"input_ids": torch.from_numpy(read.tokens)}
    if layout.startswith("tree"):
        before = 0 if prefix is None else prefix.get_seq_length()
        depths = torch.from_numpy(_depths(read) + before)
        inputs |= {"attention_mask": _behind(before, _tree_mask(model, read, layout)), "position_ids": depths}
    elif len({len(one.tokens) for one in read.tries}) > 1:
        inputs["attention_mask"] = torch.from_numpy(_present(read))
    device = input_device(model)
    moved = {name: _moved(value, device) for name, value in inputs.items()}
    return {
        **moved,
        "past_key_values": None if prefix is None else shared_prefix_cache(prefix),
        "use_cache": prefix is not None,
    }


@contextmanager
def select_head_input(model: Any, select: Callable[[Tensor], Tensor]) -> Iterator[list[bool]]:
    """Let only selected hidden states reach the output embeddings; the list is empty as long as the head was not used."""
    used: list[bool] = []

    def before(_module: Any, arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        used.append(True)
        return (select(arguments[0]), *arguments[1:])

    head = model.get_output_embeddings()
    hook = head.register_forward_pre_hook(before) if head is not None else None
    try:
        yield used
    finally:
        if hook is not None:
            hook.remove()


def _depths(read: PackArrays) -> NDArray[np.int64]:
    depths = np.zeros_like(read.tokens)
    for index, one in enumerate(read.tries):
        depths[index, : len(one.depth)] = one.depth
    return depths


def _present(read: PackArrays) -> NDArray[np.int64]:
    present = np.zeros_like(read.tokens)
    for index, one in enumerate(read.tries):
        present[index, : len(one.tokens)] = 1
    return present


def _tree_mask(model: Any, read: PackArrays, layout: str) -> Mask:
    """Return additive masks, [rows, 1, longest, longest], for the layout: one, or one per type of layer.

    A window or a chunk is counted in positions of the path, as the model counts it for the path alone.
    """
    config = model.config.get_text_config()
    longest = read.tokens.shape[1]
    seen = np.zeros((len(read.tries), longest, longest), dtype=np.bool_)
    seen[:, np.arange(longest), np.arange(longest)] = True  # a padded row that sees nothing would be NaN
    for index, one in enumerate(read.tries):
        seen[index, : len(one.tokens), : len(one.tokens)] = one.ancestors()
    depths = _depths(read)
    if layout == "tree/layers":
        return {
            kind: _additive(seen & _reach(kind, config, depths), model.dtype)
            for kind in sorted(set(config.layer_types))
        }
    reach = _reach("sliding_attention", config, depths) if layout == "tree/window" else np.bool_(True)  # noqa: FBT003
    return _additive(seen & reach, model.dtype)


def _behind(before: int, mask: Mask) -> Mask:
    """Return a mask whose every row also sees the tokens that were read before, [rows, 1, longest, before + longest]."""
    return torch.nn.functional.pad(mask, (before, 0)) if before and isinstance(mask, Tensor) else mask


def _reach(kind: str, config: Any, depths: NDArray[np.int64]) -> NDArray[np.bool_] | np.bool_:
    """Return which pairs of positions a type of layer connects, [rows, longest, longest], before causality."""
    if kind == "sliding_attention":
        window = int(config.sliding_window)
        near: NDArray[np.bool_] = np.less(np.abs(depths[:, :, None] - depths[:, None, :]), window)
        return near
    if kind == "chunked_attention":
        chunk = depths // int(config.attention_chunk_size)
        same: NDArray[np.bool_] = np.equal(chunk[:, :, None], chunk[:, None, :])
        return same
    return np.bool_(True)  # noqa: FBT003


def _additive(seen: NDArray[np.bool_], dtype: torch.dtype) -> Tensor:
    mask = torch.zeros(seen.shape, dtype=dtype)
    return mask.masked_fill_(torch.from_numpy(~seen), torch.finfo(dtype).min).unsqueeze(1)


def _moved(value: Tensor | Mapping[str, Tensor], device: torch.device) -> Any:
    if isinstance(value, Mapping):
        return {name: tensor.to(device) for name, tensor in value.items()}
    return value.to(device)
