"""A statement seen from its teacher, for the forms that are about one model."""

import re
from collections.abc import Mapping
from typing import Any

ONE_MODEL = frozenset({"model-index", "eval-results", "eee"})
"""The forms that hold the values of one model."""

_NAMES = {"teacher": "student", "student": "teacher"}
_OF_AN_ARM = re.compile(r"(/(?:claims/[0-9]+/)?)(teacher|student)(?=/)")


def view_of_teacher(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement with teacher and student in each other's place, so that a form takes the teacher's values."""
    return {**_swapped(statement), "claims": [_swapped(claim) for claim in statement["claims"]]}


def pointer_of_original(pointer: str) -> str:
    """Return the JSON pointer in the statement itself of one in `view_of_teacher`."""
    return _OF_AN_ARM.sub(lambda match: match[1] + _NAMES[match[2]], pointer, count=1)


def _swapped(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name, name): part for name, part in value.items()}
