"""Texts as sequences of words or tokens: overlap with a reference, repetition."""

import re
import string
from collections import Counter
from collections.abc import Hashable, Sequence


def squad_words(text: str) -> list[str]:
    """Return a text's words as SQuAD compares them: lower case, no punctuation, no articles (Rajpurkar et al. 2016)."""
    bare = "".join(sign for sign in text.lower() if sign not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def token_f1(answer: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Return the F1 of the tokens that an answer shares with its best reference, in [0, 1], higher is better.

    1 where both are empty. Source: Rajpurkar et al. 2016.
    """
    return max(_shared_tokens(answer, reference) for reference in references)


def _shared_tokens(answer: Sequence[str], reference: Sequence[str]) -> float:
    if not answer or not reference:
        return float(answer == reference)
    common = (Counter(answer) & Counter(reference)).total()
    return 2 * common / (len(answer) + len(reference))


def seq_rep(tokens: Sequence[Hashable], n: int = 4) -> float:
    """Return 1 − different n-grams / all n-grams, in [0, 1], lower is better; 0 for a text shorter than n.

    Source: Welleck et al. 2020, arXiv 1908.04319, seq-rep-n.
    """
    grams = _grams(tokens, n)
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def loops(tokens: Sequence[Hashable], n: int = 4, times: int = 4) -> float:
    """Return 1 where some n-gram of a text occurs at least ``times`` times, otherwise 0; lower is better."""
    return float(max(Counter(_grams(tokens, n)).values(), default=0) >= times)


def _grams(tokens: Sequence[Hashable], n: int) -> list[tuple[Hashable, ...]]:
    return list(zip(*(tokens[i:] for i in range(n)), strict=False))
