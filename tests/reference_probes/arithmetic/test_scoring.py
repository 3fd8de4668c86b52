"""The passes over the vocabulary against the library's own functions."""

import pytest
import torch

from dls_probes.arithmetic.scoring import reductions, top_two

SIZES = (2, 95, 96, 97, 191, 192, 500, 12_288)


def random_values(size):
    return torch.randn(7, size, generator=torch.Generator().manual_seed(size))


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


@pytest.mark.parametrize("size", SIZES)
def test_reductions_are_those_of_float64(size):
    values = random_values(size) * 10
    total, top, gap = reductions(values.clone())
    exact = values.double()
    largest = exact.topk(2, dim=-1)
    torch.testing.assert_close(total.double(), exact.logsumexp(dim=-1), rtol=0, atol=1e-5)
    assert torch.equal(top, largest.indices[:, 0])
    torch.testing.assert_close(gap.double(), largest.values[:, 0] - largest.values[:, 1], rtol=1e-5, atol=1e-5)
