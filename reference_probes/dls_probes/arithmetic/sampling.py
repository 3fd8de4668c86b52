"""Keyed Gumbel-max sampling: the noise is a pure function of (seed, item, sample, position, token id).

A 64-bit hash in tensor arithmetic gives the integers, so they are the same on every device, in every batch and for
both models of a pair. At a near-tie a sample may still differ; an inverse-CDF sampler would differ everywhere.
"""

from typing import TYPE_CHECKING

from dls.canonical import sha256_hex

if TYPE_CHECKING:
    from torch import Tensor

_GOLDEN = 0x9E3779B97F4A7C15  # the constants of splitmix64 (Steele, Lea and Flood 2014)
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB
_UNIFORM_BITS = 52  # with one bit more, the largest value would round to 1


def noise_key(seed: int, item: str, sample: int) -> int:
    """Return the key of one sample of one item, a signed 64-bit integer (as tensors hold it)."""
    return _signed(int(sha256_hex(f"{seed}/{item}/{sample}".encode())[:16], 16))


def noise_bits(keys: "Tensor", position: int, vocabulary: int) -> "Tensor":
    """Return 64 pseudo-random bits for every (key, token id) at one position, [keys, vocabulary], int64.

    The bits are splitmix64(splitmix64(key + position) + token id): a chain of two mixes, wrapping at 2^64.
    """
    import torch

    ids = torch.arange(vocabulary, dtype=torch.int64, device=keys.device)
    return _mix(_mix(keys + position).unsqueeze(1) + ids)


def gumbel(keys: "Tensor", position: int, vocabulary: int) -> "Tensor":
    """Return standard Gumbel noise, [keys, vocabulary].

    It is float64, except on MPS, which has no float64: there it is computed on the CPU and converted to float32.
    """
    device = keys.device
    bits = noise_bits(keys.cpu() if device.type == "mps" else keys, position, vocabulary)
    uniform = (_shift_right(bits, 64 - _UNIFORM_BITS).double() + 0.5) * 2.0**-_UNIFORM_BITS  # in (0, 1)
    noise = -(-uniform.log()).log()
    return noise.float().to(device) if device.type == "mps" else noise


def _mix(state: "Tensor") -> "Tensor":
    """Return splitmix64's output for each state."""
    state = state + _signed(_GOLDEN)
    state = (state ^ _shift_right(state, 30)) * _signed(_MIX_1)
    state = (state ^ _shift_right(state, 27)) * _signed(_MIX_2)
    return state ^ _shift_right(state, 31)


def _shift_right(value: "Tensor", bits: int) -> "Tensor":
    """Return the logical right shift; the shift of tensors is arithmetic and copies the sign bit."""
    return (value >> bits) & ((1 << (64 - bits)) - 1)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
