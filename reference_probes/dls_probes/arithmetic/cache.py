"""A KV cache with preallocated memory for the tokens to come.

The library's cache concatenates every new step with all earlier ones, so a step copies the whole cache. Here a step
writes its keys and values into memory that is already allocated; attention reads the same numbers.
"""

import inspect
from collections.abc import Sequence
from copy import copy
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicLayer


class PreallocatedLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A full-attention layer's cache whose `keys` and `values` are views of the written part of larger tensors.

    It starts with the rows of several caches, [rows, heads, tokens, size], aligned at their last tokens.
    """

    keys: Tensor
    values: Tensor

    def __init__(self, layers: Sequence[DynamicLayer], spare_tokens: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._all_keys = _aligned([layer.keys for layer in layers if layer.keys is not None], spare_tokens)
        self._all_values = _aligned([layer.values for layer in layers if layer.values is not None], spare_tokens)
        self.dtype, self.device = self._all_keys.dtype, self._all_keys.device
        self._resize(self._all_keys.shape[0], self._all_keys.shape[2] - spare_tokens)
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Write the keys and values of new tokens and return those of all tokens, each [rows, heads, tokens, size]."""
        rows, first = self.keys.shape[0], self.keys.shape[2]
        last = first + key_states.shape[2]
        self._all_keys[:rows, :, first:last] = key_states
        self._all_values[:rows, :, first:last] = value_states
        self._resize(rows, last)
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep only these rows."""
        tokens = self.keys.shape[2]
        for states in (self._all_keys, self._all_values):
            states[: len(indices), :, :tokens] = states[:, :, :tokens].index_select(0, indices.to(self.device))
        self._resize(len(indices), tokens)

    def _resize(self, rows: int, tokens: int) -> None:
        self.keys, self.values = self._all_keys[:rows, :, :tokens], self._all_values[:rows, :, :tokens]


class PrefixLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """One layer's keys and values of the prefix that every row of a pack begins with, [1, heads, tokens, size].

    The keys and values of the pack itself are passed to attention and not stored, so no layer holds a copy for longer
    than it needs it.
    """

    keys: Tensor
    values: Tensor

    def __init__(self, layer: DynamicLayer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys, self.values = _states(layer)
        self.dtype, self.device = self.keys.dtype, self.keys.device
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Return the prefix followed by the new keys and values, each [rows, heads, tokens, size]."""
        keys, values = (states.expand(len(key_states), -1, -1, -1) for states in (self.keys, self.values))
        return torch.cat([keys, key_states], dim=2), torch.cat([values, value_states], dim=2)


def cache_bytes(model: Any) -> int:
    """Return the bytes of one token in a model's KV cache, by its configuration; 0 where that does not say."""
    config = model.config.get_text_config()
    heads = getattr(config, "num_attention_heads", None)
    layers, hidden = (getattr(config, name, None) for name in ("num_hidden_layers", "hidden_size"))
    if not (heads and layers and hidden):
        return 0
    pairs = getattr(config, "num_key_value_heads", None) or heads
    size = getattr(config, "head_dim", None) or hidden // heads
    return int(2 * layers * pairs * size * model.dtype.itemsize)


def shared_prefix_cache(cache: Any) -> Any:
    """Return a plain cache of one row as the prefix of all rows of a pack."""
    return _with_layers(cache, [PrefixLayer(layer) for layer in cache.layers])


def repeat_rows(cache: Any, rows: int) -> Any:
    """Return a plain, writable cache of this many rows, each a copy of the only row of another."""
    layers = [DynamicLayer() for _ in cache.layers]  # type: ignore[no-untyped-call]
    for layer, source in zip(layers, cache.layers, strict=True):
        layer.keys, layer.values = (states.expand(rows, -1, -1, -1) for states in _states(source))
        layer.dtype, layer.device, layer.is_initialized = source.dtype, source.device, True
    return _with_layers(cache, layers)


def join_caches(caches: Sequence[Any], spare_tokens: int) -> Any:
    """Return one cache with the rows of several plain caches and memory for more tokens."""
    first = caches[0]
    layers = zip(*(cache.layers for cache in caches), strict=True)
    first.layers = [PreallocatedLayer(parts, spare_tokens) for parts in layers]
    return first


def cache_inputs(model: Any, cache: Any, *, use: bool) -> dict[str, Any]:
    """Return the arguments that hand a cache to a model, by the names that its release of transformers uses.

    Args:
        model: a transformers model.
        cache: a KV cache; None for none.
        use: whether the model is to return a cache.
    """
    name = "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"
    return {name: cache, "use_cache": use}


def cache_of(output: Any) -> Any:
    """Return the cache that a model's output holds."""
    return output.cache if "cache" in output else output.past_key_values


def is_plain(cache: Any) -> bool:
    """Tell whether every layer of a cache keeps the keys and values of all tokens and nothing else."""
    layers = getattr(cache, "layers", None)
    return isinstance(layers, list) and all(type(layer) is DynamicLayer and layer.is_initialized for layer in layers)


def _with_layers(cache: Any, layers: Sequence[DynamicLayer]) -> Any:
    result = copy(cache)
    result.layers = list(layers)
    return result


def _states(layer: DynamicLayer) -> tuple[Tensor, Tensor]:
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys, layer.values


def _aligned(parts: Sequence[Tensor], spare_tokens: int) -> Tensor:
    """Return the rows of all parts, left-padded with zeros and followed by memory for more tokens."""
    longest = max(part.shape[2] for part in parts)
    rows, (_, heads, _, size) = sum(len(part) for part in parts), parts[0].shape
    states = torch.zeros((rows, heads, longest + spare_tokens, size), dtype=parts[0].dtype, device=parts[0].device)
    first = 0
    for part in parts:
        states[first : first + len(part), :, longest - part.shape[2] : longest] = part
        first += len(part)
    return states
