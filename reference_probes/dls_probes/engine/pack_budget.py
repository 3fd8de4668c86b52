"""The budget of a pack that is fastest for a model of some size on some kind of device."""

from collections.abc import Mapping
from typing import Any

from dls_probes.packs import Budget

_LOGITS = 1 << 26  # logits of a pack on an accelerator, 256 MiB in float32
_LOGITS_CPU = 1 << 23  # 32 MiB: more take memory and win no time
_SMALL = 4_000_000  # parameters
_FEWEST = 64  # positions of a pack, however large the vocabulary


def budget_for(description: Mapping[str, Any]) -> Budget:
    """Return the budget that is fastest for a model of this size on this kind of device.

    A CPU is fastest while a pack stays in its cache, an accelerator while it is busy. A step of a very small model is
    mostly overhead, so that more rows cost nothing.
    """
    accelerated = description["device_class"] != "cpu"
    room = _LOGITS if accelerated else _LOGITS_CPU
    positions = max(_FEWEST, min(Budget.positions, room // int(description["vocabulary"])))
    if accelerated:
        return Budget(tokens=8192, row=2048, rows=256, positions=positions)
    return Budget(tokens=1024, row=512, rows=64 if description["parameters"] < _SMALL else 32, positions=positions)
