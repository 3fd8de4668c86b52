"""The values that count in an answer to a data file's row, each with all its spellings."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from dls.probe import Row
from dls.probes.shared.data_files import field, row_error
from dls.probes.shared.hidden_words import letters_of

Spellings: TypeAlias = tuple[tuple[str, ...], ...]
ALIASES = "aliases"
FORM = '"aliases": {"…": ["…"]}, further spellings of a value'


def spellings_of_row(row: Row, values: Iterable[Sequence[str]]) -> Spellings:
    """Return the values of a row, each in its spellings and then in those that `aliases` adds to its first one.

    A name in `aliases` that is no value yet becomes one.

    Raises:
        DlsError: `aliases` is no object of lists of texts, or a spelling has neither a letter nor a digit.
    """
    aliases = field(row, ALIASES, dict[str, tuple[str, ...]]) if ALIASES in row else {}
    names = {spellings[0]: spellings for spellings in values}
    spellings_of = {
        name: tuple(dict.fromkeys((*names.get(name, (name,)), *aliases.get(name, ())))) for name in {**names, **aliases}
    }
    for spelling in (spelling for spellings in spellings_of.values() for spelling in spellings):
        if not letters_of(spelling):
            raise row_error(row, f"has {spelling!r} as a value, which no program finds in a text; write it in letters")
    return tuple(spellings_of.values())
