"""What a person has said of a statement already, in a file of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dls.document.reader import read
from dls.errors import DlsError
from dls.finding import escaped, visible

_SPOKEN: dict[str, type] = {
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
    """Read what a person has said already: members of a statement, each of the kind that the statement has.

    Raises:
        DlsError: the file cannot be read, or holds something else; the validator looks into the members later.
    """
    document = read(path)
    if not isinstance(document.value, dict):
        raise DlsError(f"{path} is no mapping; write members of a statement: {', '.join(_SPOKEN)}")
    for name, said in document.value.items():
        place = ":".join(map(str, document.position(f"/{escaped(name)}")))
        if name not in _SPOKEN:
            raise DlsError(f"{path}:{place}: nobody is asked for {visible(name)!r}; write {', '.join(_SPOKEN)}")
        if not _well_formed(name, said):
            raise DlsError(f"{path}:{place}: {name} is not written as a statement has it; `dls init` shows its form")
    return dict(document.value)


def _well_formed(name: str, said: Any) -> bool:
    entries = said if isinstance(said, list) else ()
    return isinstance(said, _SPOKEN[name]) and all(
        isinstance(entry, dict) and (name != "absences" or "dimension" in entry) for entry in entries
    )
