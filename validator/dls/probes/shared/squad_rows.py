"""The answers of a data file's row in the form of SQuAD 2.0: some spellings of the right one, or none."""

from typing import Any

import msgspec

from dls.probe import Row
from dls.probes.shared.data_files import field, row_error


def squad_answers(row: Row) -> tuple[str, ...]:
    """Return the answers of either form, each once: ``{"text": […]}`` or ``[{"text": …}]``, each perhaps with more fields.

    Raises:
        DlsError: they are of neither form, or `is_impossible` says something else.
    """
    told: Any = row.get("answers")
    if isinstance(told, list) and all(isinstance(one, dict) for one in told):
        told = {"text": [one.get("text") for one in told]}
    try:
        found = tuple(dict.fromkeys(msgspec.convert(told, _Answers).text))
    except msgspec.ValidationError as error:
        raise row_error(row, f'has {row.get("answers")!r} as `answers`; it is {{"text": ["…"]}} ({error})') from error
    if "is_impossible" in row and field(row, "is_impossible", bool) is bool(found):
        raise row_error(row, f"has {len(found)} answers and {row['is_impossible']} as `is_impossible`; they disagree")
    return found


class _Answers(msgspec.Struct):
    text: tuple[str, ...]
