"""Keyed sampling: Gumbel-max whose noise is a pure function of (seed, item, sample, position, token id).

The integers come from a 64-bit hash in tensor arithmetic, so they are the same on every device, in every batch and
for both models of a pair. At a near-tie a sample may still differ; an inverse-CDF sampler would differ everywhere.
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
    return _mixed(_mixed(keys + position).unsqueeze(1) + ids)


def gumbel(keys: "Tensor", position: int, vocabulary: int) -> "Tensor":
    """Return standard Gumbel noise, [keys, vocabulary], float64 where the device has it, else computed on the CPU as float32."""
    device = keys.device
    bits = noise_bits(keys.cpu() if device.type == "mps" else keys, position, vocabulary)
    uniform = (_shifted(bits, 64 - _UNIFORM_BITS).double() + 0.5) * 2.0**-_UNIFORM_BITS  # in (0, 1), both ends excluded
    noise = -(-uniform.log()).log()
    return noise.float().to(device) if device.type == "mps" else noise


def _mixed(value: "Tensor") -> "Tensor":
    """Return splitmix64's output for each state in `value`."""
    value = value + _signed(_GOLDEN)
    value = (value ^ _shifted(value, 30)) * _signed(_MIX_1)
    value = (value ^ _shifted(value, 27)) * _signed(_MIX_2)
    return value ^ _shifted(value, 31)


def _shifted(value: "Tensor", places: int) -> "Tensor":
    """Return the logical right shift: tensors shift the sign bit along."""
    return (value >> places) & ((1 << (64 - places)) - 1)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
