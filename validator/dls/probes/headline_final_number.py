"""`headline.final_number`: word problems of a file: is the final number of the worked answer right?"""

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from dls.probe import NO_SHOTS, Check, Measure, Probe, Row
from dls.probes.shared.answers import AnswerRecord, empty_answer
from dls.probes.shared.data_files import field, only_from_file, row_error, sampled_items
from dls.probes.shared.per_item import average, by_item, by_record

ID = "headline.final_number"
MARK = "####"
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


class NumberItem(msgspec.Struct, frozen=True):
    """A problem and the number that solves it, written without commas; `id` is its line's number."""

    id: str
    question: str
    answer: str

    def prompt(self) -> str:
        """Return the user's turn."""
        return f"{self.question} work it out step by step, and end with {MARK} and the number."


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[NumberItem, ...]:
    """Return ``n`` problems of a file with the fields `question` and `answer`.

    The number after the last #### of `answer` is the solution.

    Raises:
        DlsError: there are fewer rows, one is not of this form, or two are the same question.
    """
    return sampled_items(ID, rows, seed, n, _item, "question")


def _item(row: Row) -> NumberItem:
    answer = field(row, "answer", str)
    solution = final_number(answer) if MARK in answer else None
    if solution is None:
        raise row_error(row, f"has {answer[-40:]!r} as the end of `answer`; wanted {MARK} and a number at the end")
    return NumberItem(f"{row['line']:06d}", field(row, "question", str), f"{solution:f}")


def final_number(text: str) -> Decimal | None:
    """Return the only number after the last ####; without a mark the last number of the text.

    It is None without a number, and where different numbers follow the mark.
    """
    _, mark, after = text.rpartition(MARK)  # without a mark the whole text comes after it
    numbers = [Decimal(number.replace(",", "")) for number in _NUMBER.findall(after)]
    return numbers[-1] if numbers and not (mark and len(set(numbers)) > 1) else None


def _right(item: NumberItem, record: AnswerRecord) -> float:
    """Return 1 for an answer with an end whose final number is the solution; 8, 8.0 and 8.00 are the same number."""
    return float(record.ended and final_number(record.text) == Decimal(item.answer))


def _has_number(record: AnswerRecord) -> bool:
    return final_number(record.text) is not None


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Word problems of a file: is the final number of the worked answer right?",
    items=only_from_file(ID, "problems"),
    record=AnswerRecord,
    failed=empty_answer,
    shots=NO_SHOTS,
    measures=(Measure("exact_match", by_item(_right)),),
    checks=(Check("answers_with_a_number", average(by_record(_has_number))),),
    from_rows=from_rows,
    file_form='{"question": "…", "answer": "… #### 42"}, the form of GSM8K: the number after #### is the solution',
)
