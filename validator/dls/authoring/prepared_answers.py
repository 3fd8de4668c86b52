"""Members of a statement that a person has written already, in a file of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dls.document.reader import read
from dls.errors import DlsError
from dls.finding import escape_token, visible

_MEMBERS: dict[str, type] = {
    "revision": int,
    "previous": dict,
    "issuer": dict,
    "teacher": dict,
    "student": dict,
    "distillation": dict,
    "scenario": dict,
    "absences": list,
    "acceptances": list,
    "limits": str,
    "extensions": dict,
}


def read_prepared_answers(path: Path) -> Mapping[str, Any]:
    """Read a person's answers: members of a statement, each of the type that the statement has.

    Raises:
        DlsError: the file cannot be read, or holds something else; the validator looks into the members later.
    """
    document = read(path)
    if not isinstance(document.value, dict):
        raise DlsError(f"{path} is no mapping; write members of a statement: {', '.join(_MEMBERS)}")
    for name, value in document.value.items():
        place = ":".join(map(str, document.position(f"/{escape_token(name)}")))
        if name not in _MEMBERS:
            raise DlsError(f"{path}:{place}: {visible(name)!r} is no member to prepare; write {', '.join(_MEMBERS)}")
        if not _is_well_formed(name, value):
            raise DlsError(f"{path}:{place}: {name} is not written as a statement has it; `dls init` shows its form")
    return dict(document.value)


def _is_well_formed(name: str, value: Any) -> bool:
    entries = value if isinstance(value, list) else ()
    return isinstance(value, _MEMBERS[name]) and all(
        isinstance(entry, dict) and (name != "absences" or "dimension" in entry) for entry in entries
    )
