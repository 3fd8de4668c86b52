"""Keyed draws are the same everywhere, and uniform."""

import hashlib
import struct
from collections import Counter
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from dls.draw import Draw


def words(key):
    """The stream as the docstring describes it, with struct instead of int.from_bytes."""
    block = 0
    while True:
        yield from struct.unpack(">4Q", hashlib.sha256(f"{key}/{block}".encode()).digest())
        block += 1


def test_draws_are_pinned_for_ever():
    draw = Draw("pinned", 7, 0)
    assert [draw.below(1000) for _ in range(10)] == [411, 971, 376, 645, 149, 253, 786, 70, 808, 254]
    draw = Draw("pinned", 7, 1)
    assert draw.shuffled("abcdefgh") == list("bdfhacge")
    assert (draw.between(-3, 3), draw.choice(("x", "y", "z"))) == (-2, "z")


@given(st.integers(0, 2**53 - 1), st.integers(1, 2**40))
def test_a_draw_is_the_scaled_word_of_the_stream(seed, bound):
    draw = Draw("stream", seed)
    assert [draw.below(bound) for _ in range(9)] == [
        word * bound // 2**64 for word in islice(words(f"stream/{seed}"), 9)
    ]


@given(st.integers(0, 2**53 - 1), st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_between_stays_within_both_ends(seed, low, width):
    assert low <= Draw(seed).between(low, low + width) <= low + width


def test_other_keys_give_other_streams():
    streams = {tuple(Draw(*key).below(2**32) for _ in range(3)) for key in (("a", 1), ("a", 2), ("b", 1), ("a", 1, 1))}
    assert len(streams) == 4


@pytest.mark.parametrize("bound", [2, 7, 10, 97])
def test_draws_below_a_bound_are_uniform(bound):
    draw = Draw("uniform", bound)
    counts = Counter(draw.below(bound) for _ in range(200 * bound))
    assert chisquare([counts[k] for k in range(bound)]).pvalue > 0.001


def test_every_order_of_a_shuffle_is_as_likely():
    draw = Draw("orders")
    counts = Counter(tuple(draw.shuffled("abcd")) for _ in range(24 * 100))
    assert chisquare([counts[order] for order in permutations("abcd")]).pvalue > 0.001


def test_every_pair_of_a_sample_is_as_likely():
    draw = Draw("pairs")
    counts = Counter(tuple(draw.sample("abcde", 2)) for _ in range(20 * 100))
    assert chisquare([counts[pair] for pair in permutations("abcde", 2)]).pvalue > 0.001


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(0, 2**53 - 1))
def test_a_shuffle_loses_and_doubles_nothing(values, seed):
    assert sorted(Draw(seed).shuffled(values)) == sorted(values)
