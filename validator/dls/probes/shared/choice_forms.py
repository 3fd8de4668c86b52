"""Questions with options in the columns under which public sets publish them: MMLU, ARC and HellaSwag."""

from collections.abc import Sequence
from typing import Any

from dls.probe import Row
from dls.probes.shared.data_files import field, row_error
from dls.probes.shared.questions import OPTIONS

_LETTERS = "ABCD"


def choice_rows(rows: Sequence[Row]) -> list[Row]:
    """Return rows with the fields `question`, `options` and `answer`, whatever columns they come in.

    A row of ARC with more or fewer than four options is left out: the set has some, and a published split stays whole.

    Raises:
        DlsError: a row is not of its form.
    """
    return [form for row in rows if (form := choice_row(row)) is not None]


def choice_row(row: Row) -> Row | None:
    """Return one such row; None for a row of ARC without four options.

    Raises:
        DlsError: the row is not of its form.
    """
    if "endings" in row:
        return _form(row, field(row, "ctx", str), field(row, "endings", list[str]), row.get("label"))
    choices = row.get("choices")
    if isinstance(choices, dict):
        return _arc_row(row, choices)
    if choices is not None and "options" not in row:
        return _form(row, row.get("question"), choices, row.get("answer"))
    return {**row, "answer": _place(row["answer"])} if "answer" in row else row


def _arc_row(row: Row, choices: dict[str, Any]) -> Row | None:
    texts, labels = choices.get("text"), choices.get("label")
    if not isinstance(texts, list) or not isinstance(labels, list) or len(texts) != len(labels):
        raise row_error(row, "has `choices` without a list `text` and a list `label` of the same length")
    if len(texts) != OPTIONS:
        return None
    key = row.get("answerKey")
    if key not in labels:
        raise row_error(row, f"has {key!r} as `answerKey`; wanted one of {', '.join(map(repr, labels))}")
    return _form(row, row.get("question"), texts, labels.index(key))


def _form(row: Row, question: Any, options: Any, answer: Any) -> Row:
    names = ("line", "context")
    rest = {name: row[name] for name in names if name in row}
    return {**rest, "question": question, "options": options, "answer": _place(answer)}


def _place(answer: Any) -> Any:
    """Return the place of an answer from 0: of a letter from A, or of a number written as a text."""
    if isinstance(answer, str):
        letter = answer.strip().upper()
        if len(letter) == 1 and letter in _LETTERS:
            return _LETTERS.index(letter)
        return int(letter) if letter.isdecimal() else answer
    return answer
