"""The fastest pack budget for a model's size and device."""

from collections.abc import Mapping
from typing import Any

from dls.model.manifest import ACCESS
from dls_probes.packs import Budget

_LOGITS = 1 << 26  # logits of a pack on an accelerator, 256 MiB in float32
_LOGITS_CPU = 1 << 23  # 32 MiB: more logits take memory and save no time
_SMALL = 4_000_000  # parameters
_LEAST_POSITIONS = 64  # of a pack, for any size of vocabulary
_CACHE = 8 << 30  # bytes of a pack's KV cache on an accelerator: a third of a card of 24 GiB, whichever card it is
_CACHE_CPU = 1 << 30


def budget_for(description: Mapping[str, Any]) -> Budget:
    """Return the fastest budget for a model of this size on this kind of device.

    A CPU is fastest while a pack fits its cache, an accelerator while it is busy. A step of a very small model is
    mostly overhead, so more rows cost nothing. No limit depends on the free memory, so that another card of the kind
    plans the same packs.
    """
    if ACCESS in description:  # a server, or another engine, lays the requests out itself
        return Budget(tokens=16384, row=2048, rows=128, cache=131_072)
    accelerator = description["device_class"] != "cpu"
    logits = _LOGITS if accelerator else _LOGITS_CPU
    positions = max(_LEAST_POSITIONS, min(Budget.positions, logits // int(description["vocabulary"])))
    token = int(description.get("cache_bytes") or 1)  # bytes; where the model does not say, the rows are the limit
    if accelerator:
        return Budget(8192, 2048, 256, positions, min(65_536, _CACHE // token))
    rows = 64 if description["parameters"] < _SMALL else 32
    return Budget(1024, 512, rows, positions, min(8192, _CACHE_CPU // token))
