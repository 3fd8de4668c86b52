"""KV caches of the prefixes that many packs share: computed once, and kept for the next pack."""

from collections import OrderedDict
from typing import Any

import torch

from dls_probes.arithmetic.cache import is_plain
from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.prefill import step
from dls_probes.packs import Pack

_CAPACITY = 2  # a few-shot prompt has its examples in two orders


class NotPlain(Exception):  # noqa: N818  the name is the reason why a model's prefixes are not cached
    """The model's cache holds something else than the keys and values of all tokens."""


class PrefixCache:
    """The KV caches of the most recent prefixes, [1, prefix] each, for one model."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._caches: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def of(self, pack: Pack) -> Any:
        """Return the cache of a pack's prefix, which is read-only; None where the pack has no prefix.

        Raises:
            NotPlain: the model's caches hold something else than keys and values.

        """
        if not pack.prefix:
            return None
        tokens = pack.jobs[0].tokens[: pack.prefix]
        key = (self._model.dtype, tokens)  # a self-test lets the model compute in float32 for a while
        if key not in self._caches:
            self._caches[key] = self._prefill(tokens)
        self._caches.move_to_end(key)
        while len(self._caches) > _CAPACITY:
            self._caches.popitem(last=False)
        return self._caches[key]

    def _prefill(self, tokens: tuple[int, ...]) -> Any:
        ids = torch.tensor([tokens], device=input_device(self._model))
        position_ids = torch.arange(len(tokens), device=ids.device)[None]
        with torch.inference_mode():
            _, cache = step(self._model, ids, torch.ones_like(ids), position_ids, None)
        if not is_plain(cache):
            raise NotPlain(type(cache).__name__)
        return cache
