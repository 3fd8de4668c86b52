"""What follows from texts as sequences of words or tokens."""

import re
import string
from collections import Counter
from collections.abc import Hashable, Sequence


def edit_distance(found: Sequence[Hashable], wanted: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and substitutions that turn one sequence into the other (Levenshtein 1966)."""
    row = list(range(len(wanted) + 1))
    for i, one in enumerate(found, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(wanted, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (one != other))
    return row[-1]


def squad_words(text: str) -> list[str]:
    """Return a text's words in lower case, without punctuation and articles: what SQuAD compares (Rajpurkar et al. 2016)."""
    bare = "".join(sign for sign in text.lower() if sign not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def token_f1(found: Sequence[str], wanted: Sequence[str]) -> float:
    """Return the F1 of the tokens in common, in [0, 1], higher is better; 1 where both are empty (SQuAD)."""
    if not found or not wanted:
        return float(found == wanted)
    common = (Counter(found) & Counter(wanted)).total()
    return 2 * common / (len(found) + len(wanted))


def rouge_l(found: Sequence[str], wanted: Sequence[str]) -> float:
    """Return the F1 of the longest common subsequence, in [0, 1], higher is better; 0 where one is empty (Lin 2004)."""
    if not found or not wanted:
        return 0.0
    row = [0] * (len(wanted) + 1)
    for one in found:
        above = 0
        for j, other in enumerate(wanted, 1):
            above, row[j] = row[j], above + 1 if one == other else max(row[j], row[j - 1])
    return 2 * row[-1] / (len(found) + len(wanted))


def seq_rep(tokens: Sequence[Hashable], n: int = 4) -> float:
    """Return 1 − different n-grams / all n-grams, in [0, 1], lower is better; 0 for a text shorter than n.

    Source: Welleck et al. 2020, arXiv 1908.04319, seq-rep-n.
    """
    grams = _grams(tokens, n)
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def loops(tokens: Sequence[Hashable], n: int = 4, times: int = 4) -> bool:
    """Whether some n-gram occurs at least so many times."""
    return max(Counter(_grams(tokens, n)).values(), default=0) >= times


def _grams(tokens: Sequence[Hashable], n: int) -> list[tuple[Hashable, ...]]:
    return list(zip(*(tokens[i:] for i in range(n)), strict=False))
