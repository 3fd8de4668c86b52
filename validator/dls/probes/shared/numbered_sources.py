"""The numbered sources that an answer names."""

import re
from collections.abc import Collection

from dls.probes.shared.answers import words

_CITATION = re.compile(r"\[ ?([0-9]{1,4}) ?\]")


def citations(text: str) -> frozenset[int]:
    """Return the numbers of the sentences that an answer cites in the form ``[2]``."""
    return frozenset(map(int, _CITATION.findall(text)))


def names_source_alone(text: str, source: int, sources: int, values: Collection[str]) -> bool:
    """Whether an answer cites no source but the right one, and has no number of another one, in brackets or not.

    Args:
        text: the answer; it may cite none.
        source: the number of the right source, from 1.
        sources: how many there are.
        values: the possible answers; a number among them is no source.

    """
    numbers = {int(word) for word in words(text) if word.isdecimal() and word not in values}
    return citations(text) <= {source} and numbers.isdisjoint({*range(1, sources + 1)} - {source})
