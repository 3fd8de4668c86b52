"""Chains of sums in a data file, for each probe whose items are chains."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from dls.probe import Row
from dls.probes.shared.data_files import field, row_error, sampled_items, text

MOST_STEPS = 8
LARGEST = 99_999  # five figures: a slip beyond it has six, and a trace is read up to six figures

FILE_FORM = (
    '{"question": "…", "start": 34, "terms": [5, -8]}: one to eight whole numbers, none of them 0, that the question '
    f"adds one after the other; no result is below 0 or above {LARGEST}"
)


class ChainRow(NamedTuple):
    """A row of a file: the fields of a chain."""

    id: str
    question: str
    start: int
    terms: tuple[int, ...]


def chain_of_row(row: Row) -> ChainRow:
    """Read a row with the fields `question`, `start` and `terms`.

    Raises:
        DlsError: it is not of this form.
    """
    start, terms = field(row, "start", int), field(row, "terms", tuple[int, ...])
    if not 0 < len(terms) <= MOST_STEPS or 0 in terms:
        raise row_error(row, f"has {list(terms)} as `terms`; wanted one to {MOST_STEPS} numbers, none of them 0")
    results = list(accumulate(terms, initial=start))
    if not all(0 <= number <= LARGEST for number in (*results, *map(abs, terms))):
        raise row_error(row, f"goes over {results}; wanted whole numbers from 0 to {LARGEST}")
    return ChainRow(f"{row['line']:06d}", text(row, "question"), start, terms)


def sampled_chains(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[ChainRow, ...]:
    """Return ``n`` chains of a file in the order that the seed gives.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two have the same question.
    """
    return sampled_items(probe, rows, seed, n, chain_of_row, "question")
