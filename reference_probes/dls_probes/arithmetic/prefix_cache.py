"""The keys and values of the texts that many packs begin with: read once, and kept for the next pack."""

from collections import OrderedDict
from typing import Any

import torch

from dls_probes.arithmetic.cache import is_plain
from dls_probes.arithmetic.placement import input_device
from dls_probes.arithmetic.prefill import step
from dls_probes.packs import Pack

_KEPT = 2  # examples stand in two orders


class NotPlain(Exception):  # noqa: N818  its name is the reason why a model's prefixes are not kept
    """The model keeps something else of a text than the keys and values of all its tokens."""


class PrefixCache:
    """The caches of the prefixes that were used last, [1, prefix] each, for one model."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def of(self, pack: Pack) -> Any:
        """Return the cache of a pack's prefix, which nobody may write to; None where it has none.

        Raises:
            NotPlain: the model's caches hold something else.

        """
        if not pack.prefix:
            return None
        tokens = pack.jobs[0].tokens[: pack.prefix]
        key = (self._model.dtype, tokens)  # a self-test lets a model compute in float32 for a while
        if key not in self._kept:
            self._kept[key] = self._read(tokens)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _read(self, tokens: tuple[int, ...]) -> Any:
        read = torch.tensor([tokens], device=input_device(self._model))
        with torch.inference_mode():
            _, cache = step(
                self._model, read, torch.ones_like(read), torch.arange(len(tokens), device=read.device)[None], None
            )
        if not is_plain(cache):
            raise NotPlain(type(cache).__name__)
        return cache
