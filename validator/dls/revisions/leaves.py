"""The changes that no other comparison names: every single value of two parts of a statement, by its path."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dls.revisions.change import Change, Part

_NAMES = 8  # of members in a sentence


def further_changes(
    part: Part, subject: str, old: Any, new: Any, is_covered: Callable[[str], bool]
) -> Iterator[Change]:
    """Yield a change for the values that are gone, and one for those that differ or are new.

    Args:
        part: of the statement.
        subject: its name.
        old: a frozen value of the model, or a JSON value.
        new: of the same kind.
        is_covered: whether another comparison names the change of a value at a path such as `teacher/count`.
    """
    before, after = (dict(_leaves(msgspec.to_builtins(value))) for value in (old, new))
    losses = [path for path in before if path not in after and not is_covered(path)]
    differences = [path for path in after if before.get(path, _ABSENT) != after[path] and not is_covered(path)]
    if losses:
        yield Change("less", part, subject, "no longer states", _listing(losses))
    if differences:
        yield Change("changed", part, subject, "other values", None, _listing(differences))


_ABSENT = object()


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list) and value:
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(child, f"{path}/{name}" if path else str(name))
    else:
        yield path, value


def _listing(paths: list[str]) -> str:
    rest = f" and {len(paths) - _NAMES} more" if len(paths) > _NAMES else ""
    return ", ".join(paths[:_NAMES]) + rest
