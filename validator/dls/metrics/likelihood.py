"""The likelihood of fixed texts."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def bits_per_byte(nats: Floats, size: Floats) -> float:
    """Return Σ nats / (log 2 · Σ size), ≥ 0, lower is better; ``size``: the texts' UTF-8 bytes, shape [texts]."""
    return ratio(nats, size) / math.log(2)


def ratio(total: Floats, size: Floats) -> float:
    """Return Σ total / Σ size, both of shape [units]; 0 where every size is 0."""
    return float(total.sum() / size.sum()) if size.any() else 0.0
