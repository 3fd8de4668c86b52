"""A classifier of texts by their words alone: naive Bayes with add-one counts and equal priors."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log


def cross_fitted_log_odds(texts: Sequence[Sequence[str]], marks: Sequence[bool]) -> list[float]:
    """Return the log-odds, in nats, that each text is marked, learnt from the other half of the texts; [texts].

    The halves are the texts at even and at odd indices.

    Args:
        texts: the words of each text.
        marks: whether each text is marked, [texts].
    """

    def training_words(half: int, *, mark: bool) -> list[str]:
        pairs = zip(texts[half::2], marks[half::2], strict=True)
        return [word for text, text_mark in pairs if text_mark is mark for word in text]

    training = [(training_words(half, mark=True), training_words(half, mark=False)) for half in (0, 1)]
    return [log_odds(text, *training[1 - index % 2]) for index, text in enumerate(texts)]


def log_odds(words: Sequence[str], positive: Iterable[str], negative: Iterable[str]) -> float:
    """Return the log-odds, in nats, that a text is of the positive class.

    Args:
        words: the text's words.
        positive: the words of all training texts of the positive class.
        negative: the words of all training texts of the negative class.
    """
    counts = Counter(positive), Counter(negative)
    kinds = len(counts[0] | counts[1]) + 1

    def likelihood(word: str, count: Counter[str]) -> float:
        return log((count[word] + 1) / (count.total() + kinds))

    return sum(likelihood(word, counts[0]) - likelihood(word, counts[1]) for word in words)
