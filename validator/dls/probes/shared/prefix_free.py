"""Texts of a data file that are scored side by side: their probabilities add up only where none begins as another does."""

from collections.abc import Iterable, Sequence

from dls.probe import Row
from dls.probes.shared.data_files import row_error


def prefix_free_texts(row: Row, name: str, texts: Iterable[str], beside: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the texts, each once, which the models will be asked for next to those that stand ``beside`` them.

    Raises:
        DlsError: there is none, one is blank or begins or ends with a space, or one is the beginning of another.
    """
    found = tuple(dict.fromkeys(texts))
    lowered = [one.lower() for one in (*found, *beside)]
    begins = any(one.startswith(other) for i, one in enumerate(lowered) for j, other in enumerate(lowered) if i != j)
    if not found or begins or any(not one or one != one.strip() for one in found):
        raise row_error(
            row,
            f"has {', '.join(map(repr, found)) or 'nothing'} as `{name}`; wanted texts without spaces around them"
            f"{''.join(f', {one!r} beside them' for one in beside)}, none the beginning of another",
        )
    return found


def without_extensions(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts without those that begin with another of them: they say the same at more length."""
    found = tuple(dict.fromkeys(texts))
    return tuple(one for one in found if not any(one != other and one.startswith(other) for other in found))
