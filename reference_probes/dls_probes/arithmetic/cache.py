"""A key-value cache with room for what is still to be written.

The library's cache joins every new step to all the earlier ones, so that a step copies the whole cache. Here a step
writes its own keys and values into room that is there already; what attention reads are the same numbers.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicLayer


class PreallocatedLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A full-attention layer's cache whose `keys` and `values` are the filled part of larger tensors.

    It starts with the rows of several caches, [rows, heads, tokens, size], whose last tokens stand together.
    """

    keys: Tensor
    values: Tensor

    def __init__(self, filled: Sequence[DynamicLayer], room: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._all_keys = _aligned([layer.keys for layer in filled if layer.keys is not None], room)
        self._all_values = _aligned([layer.values for layer in filled if layer.values is not None], room)
        self.dtype, self.device = self._all_keys.dtype, self._all_keys.device
        self._show(self._all_keys.shape[0], self._all_keys.shape[2] - room)
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Write the keys and values of new tokens and return all of them, each [rows, heads, tokens, size]."""
        rows, first = self.keys.shape[0], self.keys.shape[2]
        last = first + key_states.shape[2]
        self._all_keys[:rows, :, first:last] = key_states
        self._all_values[:rows, :, first:last] = value_states
        self._show(rows, last)
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows alone."""
        filled = self.keys.shape[2]
        for whole in (self._all_keys, self._all_values):
            whole[: len(indices), :, :filled] = whole[:, :, :filled].index_select(0, indices.to(self.device))
        self._show(len(indices), filled)

    def _show(self, rows: int, filled: int) -> None:
        self.keys, self.values = self._all_keys[:rows, :, :filled], self._all_values[:rows, :, :filled]


class PrefixLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer's keys and values of one row, [1, heads, tokens, size], that every row of a pack begins with.

    What a pack adds is handed to attention and not kept, so that no layer holds its copy longer than it needs it.
    """

    keys: Tensor
    values: Tensor

    def __init__(self, filled: DynamicLayer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys, self.values = _filled(filled)
        self.dtype, self.device = self.keys.dtype, self.keys.device
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Return the prefix and the new keys and values behind it, each [rows, heads, tokens, size]."""
        keys, values = (kept.expand(len(key_states), -1, -1, -1) for kept in (self.keys, self.values))
        return torch.cat([keys, key_states], dim=2), torch.cat([values, value_states], dim=2)


def shared_prefix_cache(cache: Any) -> Any:
    """Return a plain cache of one row as what all rows of a pack begin with."""
    return _with_layers(cache, [PrefixLayer(layer) for layer in cache.layers])


def repeat_rows(cache: Any, rows: int) -> Any:
    """Return a plain cache of this many rows, each like the only one of another, to go on with."""
    layers = [DynamicLayer() for _ in cache.layers]  # type: ignore[no-untyped-call]
    for layer, one in zip(layers, cache.layers, strict=True):
        layer.keys, layer.values = (kept.expand(rows, -1, -1, -1) for kept in _filled(one))
        layer.dtype, layer.device, layer.is_initialized = one.dtype, one.device, True
    return _with_layers(cache, layers)


def _with_layers(cache: Any, layers: Sequence[DynamicLayer]) -> Any:
    other = copy(cache)
    other.layers = list(layers)
    return other


def _filled(layer: DynamicLayer) -> tuple[Tensor, Tensor]:
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys, layer.values


def join_caches(caches: Sequence[Any], room: int) -> Any:
    """Return one cache of the rows of all, which are plain, with room for more tokens."""
    first = caches[0]
    first.layers = [PreallocatedLayer(filled, room) for filled in zip(*(cache.layers for cache in caches), strict=True)]
    return first


def is_plain(cache: Any) -> bool:
    """Tell whether every layer of a cache keeps the keys and values of all tokens and nothing else."""
    layers = getattr(cache, "layers", None)
    return isinstance(layers, list) and all(type(layer) is DynamicLayer and layer.is_initialized for layer in layers)


def _aligned(parts: Sequence[Tensor], room: int) -> Tensor:
    """Return the parts, one under the other and flush at their ends, with room behind and zeros before them."""
    longest = max(part.shape[2] for part in parts)
    rows, (_, heads, _, size) = sum(len(part) for part in parts), parts[0].shape
    whole = torch.zeros((rows, heads, longest + room, size), dtype=parts[0].dtype, device=parts[0].device)
    first = 0
    for part in parts:
        whole[first : first + len(part), :, longest - part.shape[2] : longest] = part
        first += len(part)
    return whole
