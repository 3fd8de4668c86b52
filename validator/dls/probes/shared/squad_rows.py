"""The answers in a data file's row in the form of SQuAD 2.0: some spellings of the right one, or none."""

from typing import Any

import msgspec

from dls.probe import Row
from dls.probes.shared.data_files import field, row_error


def squad_answers(row: Row) -> tuple[str, ...]:
    """Return each different answer once.

    `answers` has the form ``{"text": […]}`` or ``[{"text": …}]``, in either case perhaps with more fields.

    Raises:
        DlsError: `answers` has neither form, or `is_impossible` contradicts it.
    """
    answers: Any = row.get("answers")
    if isinstance(answers, list) and all(isinstance(answer, dict) for answer in answers):
        answers = {"text": [answer.get("text") for answer in answers]}
    try:
        texts = tuple(dict.fromkeys(msgspec.convert(answers, _Answers).text))
    except msgspec.ValidationError as error:
        raise row_error(row, f'has {row.get("answers")!r} as `answers`; it is {{"text": ["…"]}} ({error})') from error
    if "is_impossible" in row and field(row, "is_impossible", bool) is bool(texts):
        raise row_error(row, f"has {len(texts)} answers and {row['is_impossible']} as `is_impossible`; they disagree")
    return texts


class _Answers(msgspec.Struct):
    text: tuple[str, ...]
