"""The tree mask, beside the definition: a node attends to its own path, as far as its layer looks back."""

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dls_probes.arithmetic.masks import tree_mask
from dls_probes.arithmetic.tries import trie
from dls_probes.engine.packing import text_packs
from dls_probes.packs import Budget, TextJob

WINDOW, CHUNK = 3, 4
tokens = st.lists(st.integers(0, 2), min_size=2, max_size=12).map(tuple)
jobs = st.lists(tokens.map(lambda ids: TextJob(ids, 1)), min_size=1, max_size=10)
REACH = {
    "full_attention": lambda i, j: True,  # noqa: ARG005
    "sliding_attention": lambda i, j: i - j < WINDOW,
    "chunked_attention": lambda i, j: i // CHUNK == j // CHUNK,
}


def model(dtype=torch.float32):
    config = SimpleNamespace(sliding_window=WINDOW, attention_chunk_size=CHUNK, layer_types=sorted(REACH))
    config.get_text_config = lambda: config
    embeddings = SimpleNamespace()
    return SimpleNamespace(
        config=config, dtype=dtype, device=torch.device("cpu"), get_input_embeddings=lambda: embeddings
    )


def packs(entries):
    return text_packs("score", entries, "tree/plain", Budget(tokens=40, row=30))


def expected(rows, reach, dtype, prefix):
    """Follow each path of each row."""
    tries = [trie(row) for row in rows]
    longest = max(len(tree.tokens) for tree in tries)
    mask = torch.full((len(rows), 1, longest, longest), torch.finfo(dtype).min, dtype=dtype)
    mask[:, :, range(longest), range(longest)] = 0
    for index, (row, tree) in enumerate(zip(rows, tries, strict=True)):
        for job, path in zip(row, tree.paths, strict=True):
            assert tuple(tree.tokens[path]) == job.path
            assert tree.depth[path].tolist() == list(range(len(path)))
            for i, node in enumerate(path):
                for j, ancestor in enumerate(path[: i + 1]):
                    if reach(i, j):
                        mask[index, 0, node, ancestor] = 0
    return torch.cat([torch.zeros((len(rows), 1, longest, prefix), dtype=dtype), mask], dim=-1)


@given(jobs, st.sampled_from([0, 5]), st.sampled_from([torch.float32, torch.bfloat16]))
def test_a_node_attends_to_its_path_and_to_the_prefix(entries, prefix, dtype):
    for pack in packs(entries):
        mask = tree_mask(model(dtype), [trie(row) for row in pack.rows], "tree/plain", prefix)
        assert torch.equal(mask, expected(pack.rows, REACH["full_attention"], dtype, prefix))


@given(jobs)
def test_each_kind_of_layer_looks_back_as_far_as_on_the_path_alone(entries):
    for pack in packs(entries):
        masks = tree_mask(model(), [trie(row) for row in pack.rows], "tree/layers")
        assert masks.keys() == REACH.keys()
        for kind, reach in REACH.items():
            assert torch.equal(masks[kind], expected(pack.rows, reach, torch.float32, 0))


@given(jobs)
def test_a_windowed_mask_is_that_of_a_sliding_layer(entries):
    for pack in packs(entries):
        mask = tree_mask(model(), [trie(row) for row in pack.rows], "tree/window")
        assert torch.equal(mask, expected(pack.rows, REACH["sliding_attention"], torch.float32, 0))


@pytest.mark.parametrize("length", [5, 16, 33])
@pytest.mark.parametrize("prefix", [0, 7])
def test_a_kernel_finds_the_rows_of_a_mask_at_addresses_that_it_reads(length, prefix):
    mask = tree_mask(model(), [trie([TextJob(tuple(range(length + 1)), 1)])], "tree/plain", prefix)
    assert mask.shape == (1, 1, length, prefix + length)
    assert mask.stride(-1) == 1
    assert mask.stride(-2) % 16 == 0
