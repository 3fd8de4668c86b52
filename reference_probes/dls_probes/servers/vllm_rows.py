"""What vLLM says about each place of a text or an answer, behind a server and in this process."""

import math
from collections.abc import Iterator, Mapping, Sequence

from dls_probes.arithmetic.sampling import gumbel
from dls_probes.servers.server_api import Candidate, NotAnswered, ScoredPlace, TokenStep

NOISE_ARGUMENT = "dls_noise"
"""The argument by which a request gives its key to the logits processor (`dls_probes.servers.vllm_noise`)."""
DEPTH = 20
"""The log-probabilities of a place that vLLM lists unless it was told to list more."""

Row = Mapping[int, float]
"""The log-probabilities, in nats, of the listed tokens of one place."""


def place_of(row: Row, token: int) -> ScoredPlace:
    """Return a token of a text in its place.

    Raises:
        NotAnswered: the row lacks the token, or lists one alone.
    """
    if token not in row:
        raise NotAnswered("the log-probabilities of the prompt are not those of its tokens")
    first, second, *_ = (*candidates_of(row), None)
    if first is None or second is None:
        raise NotAnswered("it lists one log-probability a place, and two were asked for")
    return ScoredPlace(token, row[token], first.token, first.logprob - second.logprob)


def greedy_steps(tokens: Sequence[int], rows: Sequence[Row]) -> Iterator[TokenStep]:
    """Yield the tokens of a greedy answer with the gap of each."""
    for token, row in zip(tokens, rows, strict=True):
        first, second, *_ = candidates_of(row)
        yield TokenStep(token, first.logprob - second.logprob)


def keyed_steps(tokens: Sequence[int], rows: Sequence[Row], noise: int, vocabulary: int) -> Iterator[TokenStep]:
    """Yield the tokens of a sample that a key drew; the gap is that within the listed tokens.

    Raises:
        NotAnswered: the key draws another token.
    """
    import torch

    key = torch.tensor([noise], dtype=torch.int64)
    for position, (token, row) in enumerate(zip(tokens, rows, strict=True)):
        noises = gumbel(key, position, vocabulary)[0]
        scores = {candidate: logprob + float(noises[candidate]) for candidate, logprob in row.items()}
        rest = max(score for candidate, score in scores.items() if candidate != token)
        if token in scores and scores[token] < rest:
            raise NotAnswered("it draws another token than the key does")
        yield TokenStep(token, scores[token] - rest if token in scores else math.nan)


def candidates_of(row: Row) -> list[Candidate]:
    """Return the listed tokens, the best first."""
    return sorted((Candidate(token, logprob) for token, logprob in row.items()), key=lambda entry: -entry.logprob)
