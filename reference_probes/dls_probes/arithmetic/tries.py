"""Rows as tries for tree attention: the tokens, their depths and the nodes that attend to each, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dls_probes.packs import TextJob, shared_length


@dataclass(frozen=True, slots=True)
class Trie:
    """A row's tokens as a trie in depth-first order.

    Attributes:
        tokens: [nodes] token ids.
        depth: [nodes] distance from the path's first token, from 0: the position id.
        paths: for each job, its nodes from the first token on.
        ends: [nodes] the node after the last descendant of each node.

    Node j is node i or an ancestor of it exactly where j ≤ i < ends[j].

    """

    tokens: NDArray[np.int64]
    depth: NDArray[np.int64]
    paths: tuple[NDArray[np.int64], ...]
    ends: NDArray[np.int64]


def trie(row: Sequence[TextJob]) -> Trie:
    """Return the trie of a row whose jobs are in lexicographic order of their paths."""
    tokens: list[int] = []
    depth: list[int] = []
    paths: list[NDArray[np.int64]] = []
    branches: list[tuple[NDArray[np.int64], int]] = []  # nodes that no later node descends from, and their end
    previous: tuple[int, ...] = ()
    nodes = np.zeros(0, dtype=np.int64)
    for job in row:
        path = job.path
        common = shared_length(previous, path)
        first = len(tokens)
        branches.append((nodes[common:], first))
        tokens.extend(path[common:])
        depth.extend(range(common, len(path)))
        nodes = np.concatenate([nodes[:common], np.arange(first, len(tokens))])
        paths.append(nodes)
        previous = path
    ends = np.full(len(tokens), len(tokens))
    for branch, end in branches:
        ends[branch] = end
    return Trie(np.array(tokens), np.array(depth), tuple(paths), ends)
