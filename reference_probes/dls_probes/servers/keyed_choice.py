"""The sample that a key draws, from a list of the most probable tokens alone.

The noise of every token id follows from the key. So the best sum of log-probability and noise among the K most probable
tokens is the best of all, as soon as it exceeds the K-th log-probability plus the largest noise of the rest. Otherwise
a longer list decides.
"""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dls_probes.arithmetic.sampling import gumbel
from dls_probes.servers.server_api import Candidate, NotAnswered, TokenStep

if TYPE_CHECKING:
    from torch import Tensor

SHORTEST, GROWTH = 64, 4
"""The length of the first list, and the factor of each longer one."""
_LONGEST_FOR_GAP = 4096
"""The length from which on a list that proves the choice is enough, though the second best may lie outside of it."""

Top = Callable[[int], Sequence[Candidate]]
"""Returns so many of the most probable tokens, the best first."""


def keyed_step(noise: int, position: int, vocabulary: int, top: Top) -> TokenStep:
    """Return the token that a key draws at a position of an answer, and the nats to the second best.

    Args:
        noise: the key, a signed 64-bit integer.
        position: of the token in the answer, from 0.
        vocabulary: the number of token ids.
        top: the most probable tokens.

    Raises:
        NotAnswered: the longest list does not prove the choice.
    """
    import torch

    row = gumbel(torch.tensor([noise], dtype=torch.int64), position, vocabulary)[0]
    count = min(SHORTEST, vocabulary)
    while True:
        candidates = [entry for entry in top(count) if entry.token < vocabulary]
        choice = _best(row, candidates, is_whole=len(candidates) >= vocabulary)
        is_last = count >= vocabulary
        if choice.best > choice.bound and (choice.second >= choice.bound or is_last or count >= _LONGEST_FOR_GAP):
            return TokenStep(choice.token, choice.best - max(choice.second, choice.bound))
        if is_last:
            raise NotAnswered(f"{count} of {vocabulary} log-probabilities do not prove the choice of a key")
        count = min(count * GROWTH, vocabulary)


def keyed_best(noise: int, position: int, vocabulary: int, candidates: Sequence[Candidate]) -> int:
    """Return the token that a key draws at a position where no token but the candidates may come."""
    import torch

    row = gumbel(torch.tensor([noise], dtype=torch.int64), position, vocabulary)[0]
    return _best(row, candidates, is_whole=True).token


class _Choice(NamedTuple):
    """The best candidate, its score, that of the second best, and a bound on those of all unlisted tokens."""

    token: int
    best: float
    second: float
    bound: float


def _best(row: "Tensor", candidates: Sequence[Candidate], *, is_whole: bool) -> _Choice:
    """Return the best candidate under the noise."""
    import torch

    ids = torch.tensor([entry.token for entry in candidates])
    scores = torch.tensor([entry.logprob for entry in candidates], dtype=torch.float64) + row[ids]
    order = torch.argsort(scores, descending=True)
    best, second = float(scores[order[0]]), float(scores[order[1]]) if len(order) > 1 else -math.inf
    rest = row.clone()
    rest[ids] = -torch.inf
    bound = -math.inf if is_whole else candidates[-1].logprob + float(rest.max())
    return _Choice(int(ids[order[0]]), best, second, bound)
