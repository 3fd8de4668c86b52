import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dls_probes.arithmetic.generation import TokenSampler
from dls_probes.arithmetic.sampling import gumbel, noise_bits, noise_key

MASK = (1 << 64) - 1


def splitmix(state):
    """splitmix64 as published (Steele, Lea and Flood 2014), in Python integers."""
    z = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(0, 4096))
def test_the_tensor_hash_is_the_hash_in_integers(key, position):
    bits = noise_bits(torch.tensor([key]), position, 5)[0].tolist()
    assert [value & MASK for value in bits] == [
        splitmix((splitmix((key + position) & MASK) + token) & MASK) for token in range(5)
    ]


def test_the_first_value_of_splitmix_from_seed_zero_is_the_published_one():
    assert splitmix(0) == 0xE220A8397B1DCDAF


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_computes_the_same_bits():
    keys = torch.arange(-50, 50) * 0x12345678912345
    assert torch.equal(noise_bits(keys, 7, 5000), noise_bits(keys.cuda(), 7, 5000).cpu())


def test_the_noise_follows_the_gumbel_distribution():
    noise = gumbel(torch.arange(200), 3, 500).flatten().numpy()
    assert stats.kstest(noise, "gumbel_r").pvalue > 0.001


def test_the_largest_noisy_logit_follows_the_softmax():
    logits = torch.tensor([0.0, 1.0, 2.0, -1.0]).double()
    keys = torch.tensor([noise_key(1, "item", k) for k in range(20000)])
    counts = torch.bincount((logits + gumbel(keys, 0, 4)).argmax(dim=1), minlength=4)
    assert stats.chisquare(counts.numpy(), (logits.softmax(0) * 20000).numpy()).pvalue > 0.001


def test_every_part_of_the_key_matters():
    keys = {noise_key(*part) for part in [(1, "a", 0), (2, "a", 0), (1, "b", 0), (1, "a", 1)]}
    assert len(keys) == 4
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)


def test_positions_and_tokens_are_uncorrelated():
    noise = torch.stack([gumbel(torch.tensor([noise_key(1, "item", 0)]), position, 2000)[0] for position in range(3)])
    assert torch.corrcoef(noise).fill_diagonal_(0).abs().max() < 4 / math.sqrt(2000)


@pytest.mark.parametrize("noise", [[5, None, -7, 9], [None, None], [1 << 62]])
def test_noise_in_blocks_of_rows_is_the_noise_at_once(noise, monkeypatch):
    logits = torch.randn(len(noise), 50, generator=torch.Generator().manual_seed(0))
    expected = torch.stack(
        [
            row.double() + gumbel(torch.tensor([key]), 3, 50)[0] if key is not None else row.double()
            for row, key in zip(logits, noise, strict=True)
        ]
    )
    for size in (1, 100, 1 << 20):
        monkeypatch.setattr("dls_probes.arithmetic.generation._NOISE", size)
        scores = TokenSampler.of(noise, logits.device).with_noise(logits, 3)
        assert torch.equal(scores.double(), expected)


def test_a_sampler_of_some_rows_has_their_keys():
    sampler = TokenSampler.of([5, None, -7, 9], torch.device("cpu")).select([1, 3])
    assert sampler.noise == (None, 9)
    assert sampler.rows.tolist() == [1]
    assert sampler.keys.tolist() == [9]
