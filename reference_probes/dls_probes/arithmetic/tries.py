"""Rows as tries for tree attention: the tokens, their depths and the tokens that each attends to, as arrays."""

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
        segments: (first node, node after the last, parent node or -1) of the part that each path adds.

    """

    tokens: NDArray[np.int64]
    depth: NDArray[np.int64]
    paths: tuple[NDArray[np.int64], ...]
    segments: tuple[tuple[int, int, int], ...]

    def ancestors(self) -> NDArray[np.bool_]:
        """Return the tree attention mask, [nodes, nodes]: node j is node i or one of its ancestors."""
        nodes = len(self.tokens)
        visible = np.zeros((nodes, nodes), dtype=np.bool_)
        for first, last, parent in self.segments:
            if parent >= 0:
                visible[first:last] = visible[parent]
            visible[first:last, first:last] |= np.tri(last - first, dtype=np.bool_)
        return visible


def trie(row: Sequence[TextJob]) -> Trie:
    """Return the trie of a row whose jobs are in lexicographic order of their paths."""
    tokens: list[int] = []
    depth: list[int] = []
    paths: list[NDArray[np.int64]] = []
    segments: list[tuple[int, int, int]] = []
    previous: tuple[int, ...] = ()
    nodes = np.zeros(0, dtype=np.int64)
    for job in row:
        path = job.path
        common = shared_length(previous, path)
        first = len(tokens)
        parent = int(nodes[common - 1]) if common else -1
        tokens.extend(path[common:])
        depth.extend(range(common, len(path)))
        if len(tokens) > first:
            segments.append((first, len(tokens), parent))
        nodes = np.concatenate([nodes[:common], np.arange(first, len(tokens))])
        paths.append(nodes)
        previous = path
    return Trie(np.array(tokens), np.array(depth), tuple(paths), tuple(segments))
