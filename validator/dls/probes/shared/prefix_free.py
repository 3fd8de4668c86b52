"""Texts of a data file that are scored side by side.

Their probabilities add up only where no text is the beginning of another.
"""

from collections.abc import Iterable, Sequence

from dls.probe import Row
from dls.probes.shared.data_files import row_error


def prefix_free_texts(row: Row, name: str, texts: Iterable[str], beside: Sequence[str] = ()) -> tuple[str, ...]:
    """Return each different text once; the models score them next to the texts in ``beside``.

    Raises:
        DlsError: there is none, one is blank or begins or ends with a space, or one is the beginning of another.
    """
    distinct = tuple(dict.fromkeys(texts))
    has_spaces = any(not text or text != text.strip() for text in distinct)
    if not distinct or has_spaces or not is_prefix_free([text.lower() for text in (*distinct, *beside)]):
        raise row_error(
            row,
            f"has {', '.join(map(repr, distinct)) or 'nothing'} as `{name}`; wanted texts without spaces around them"
            f"{''.join(f', {text!r} beside them' for text in beside)}, none the beginning of another",
        )
    return distinct


def is_prefix_free(texts: Sequence[str]) -> bool:
    """Return whether no text is the beginning of another one."""
    return not any(text.startswith(start) for i, text in enumerate(texts) for j, start in enumerate(texts) if i != j)


def without_extensions(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts except those that begin with another of them: these say the same at more length."""
    distinct = tuple(dict.fromkeys(texts))
    return tuple(text for text in distinct if not any(text != start and text.startswith(start) for start in distinct))
