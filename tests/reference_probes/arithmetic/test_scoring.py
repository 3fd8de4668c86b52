"""The passes over the vocabulary against the library's own functions."""

import numpy as np
import pytest
import torch

from dls_probes.arithmetic.scoring import ChosenLogits, reductions, top_two

SIZES = (2, 95, 96, 97, 191, 192, 500, 12_288)


def random_values(size):
    return torch.randn(7, size, generator=torch.Generator().manual_seed(size))


def parts(values):
    return lambda first, last: values[:, first:last].clone()


@pytest.mark.parametrize("size", SIZES)
def test_the_two_largest_values_are_those_of_topk(size):
    values = random_values(size)
    reference = values.topk(2, dim=-1)
    best, index, second = top_two(values)
    assert torch.equal(torch.stack([best, second], dim=-1), reference.values)
    assert torch.equal(index, reference.indices[:, 0])


@pytest.mark.parametrize("places", [(0, 1), (3, 99), (10, 199), (198, 199)])
def test_equal_values_are_no_distance_apart(places):
    values = random_values(200)
    values[:, list(places)] = 9.0
    best, index, second = top_two(values)
    assert torch.equal(best, second)
    assert set(index.tolist()) <= set(places)


def test_a_single_finite_value_has_no_second():
    values = torch.full((1, 200), -torch.inf)
    values[0, 150] = 1.0
    best, index, second = top_two(values)
    assert (best.item(), index.item(), second.item()) == (1.0, 150, -torch.inf)


@pytest.mark.parametrize("block", [1, 2, 96, 100, 2112, 20_000])
@pytest.mark.parametrize("size", SIZES)
def test_reductions_are_those_of_float64(size, block):
    values = random_values(size) * 10
    total, top, gap = reductions(parts(values), size, size=max(block, size // 50))
    exact = values.double()
    largest = exact.topk(2, dim=-1)
    torch.testing.assert_close(total, exact.logsumexp(dim=-1), rtol=0, atol=1e-5)
    assert torch.equal(top, largest.indices[:, 0])
    torch.testing.assert_close(gap.double(), largest.values[:, 0] - largest.values[:, 1], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("masked", [slice(0, 100), slice(100, 200), slice(50, 150)])
def test_ids_that_a_model_rules_out_take_no_probability(masked):
    values = random_values(200)
    values[:, masked] = -torch.inf
    total, top, _ = reductions(parts(values), 200, size=50)
    torch.testing.assert_close(total, values.double().logsumexp(dim=-1), rtol=0, atol=1e-6)
    assert torch.equal(top, values.argmax(dim=-1))


@pytest.mark.parametrize("broken", [torch.nan, torch.inf])
def test_a_logit_that_is_no_number_reaches_the_sum(broken):
    values = random_values(200)
    values[:, 30] = broken
    assert reductions(parts(values), 200, size=50).total.isnan().all()


def test_each_pair_of_place_and_token_gets_its_own_logit():
    values, random = random_values(500), np.random.default_rng(0)
    places, tokens = random.integers(0, 7, 40), random.integers(0, 500, 40)
    chosen = ChosenLogits(places, tokens)
    reductions(parts(values), 500, chosen.read, size=64)
    assert chosen.values().tolist() == values[places, tokens].tolist()
