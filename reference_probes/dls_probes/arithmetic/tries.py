"""Rows as tries: the tokens, the depth of each and what each may see, as arrays."""

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
        segments: (first node, node after the last, parent node or -1) of each path's own part.

    """

    tokens: NDArray[np.int64]
    depth: NDArray[np.int64]
    paths: tuple[NDArray[np.int64], ...]
    segments: tuple[tuple[int, int, int], ...]

    def ancestors(self) -> NDArray[np.bool_]:
        """Return [nodes, nodes]: node i may see node j, which is itself or lies on the way to it."""
        nodes = len(self.tokens)
        seen = np.zeros((nodes, nodes), dtype=np.bool_)
        for first, last, parent in self.segments:
            if parent >= 0:
                seen[first:last] = seen[parent]
            seen[first:last, first:last] |= np.tri(last - first, dtype=np.bool_)
        return seen


def trie(row: Sequence[TextJob]) -> Trie:
    """Return the trie of a row whose jobs stand in lexicographic order of their paths."""
    tokens: list[int] = []
    depth: list[int] = []
    paths: list[NDArray[np.int64]] = []
    segments: list[tuple[int, int, int]] = []
    before: tuple[int, ...] = ()
    nodes = np.zeros(0, dtype=np.int64)
    for job in row:
        path = job.path
        shared = shared_length(before, path)
        first = len(tokens)
        parent = int(nodes[shared - 1]) if shared else -1
        tokens.extend(path[shared:])
        depth.extend(range(shared, len(path)))
        if len(tokens) > first:
            segments.append((first, len(tokens), parent))
        nodes = np.concatenate([nodes[:shared], np.arange(first, len(tokens))])
        paths.append(nodes)
        before = path
    return Trie(np.array(tokens), np.array(depth), tuple(paths), tuple(segments))
