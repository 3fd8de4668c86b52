"""Rows of a data file on two sides, put into units of one row of each: pairs that the file names, or rows drawn apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Row
from dls.probes.shared.data_files import field, row_error, sampled_rows

PAIR = "pair"


def sampled_pairs(
    probe: str, rows: Sequence[Row], on_second: Callable[[Row], bool], seed: int, n: int
) -> list[tuple[Row, Row]]:
    """Return ``n`` units of a row of the first side and one of the second, drawn by the seed.

    Where rows name their `pair`, a unit is such a pair. Else the two rows of a unit have nothing to do with each other:
    the mean of their difference has the variance of a difference between two independent groups, so that the same
    interval holds for it, only wider than one of pairs.

    Raises:
        DlsError: a side has fewer rows, only some rows name a pair, or a pair is not one row of each side.
    """
    if any(PAIR in row for row in rows):
        paired = _pairs(rows, on_second)
        return [paired[str(row[PAIR])] for row in sampled_rows(probe, [first for first, _ in paired.values()], seed, n)]
    sides = [[row for row in rows if on_second(row) is side] for side in (False, True)]
    if min(map(len, sides)) < n:
        raise DlsError(
            f"{probe} was asked for {n} units of one row of each side, and its file has {len(sides[0])} and {len(sides[1])}; "
            "ask for fewer with --n"
        )
    first, second = (sampled_rows(f"{probe}/{side}", one, seed, n) for side, one in enumerate(sides))
    return list(zip(first, second, strict=True))


def sampled_pairs_of_contexts(
    probe: str, rows: Sequence[Row], on_second: Callable[[Row], bool], seed: int, n: int
) -> list[tuple[Row, ...]]:
    """Return ``n`` units of a row of each side, in the order that the seed gives, in which no `context` comes twice.

    Questions to one text are no independent units. A text with rows on both sides is a unit of one of each, which the seed
    picks; where there are too few of those, rows to other texts are put together. Pairs that rows name stay as they are.

    Raises:
        DlsError: there are fewer units, only some rows name a pair, or a pair is not one row of each side.
    """
    if any(PAIR in row for row in rows):
        found = without_shared_contexts(probe, list(_pairs(rows, on_second).values()), seed)
    else:
        found = _by_text(probe, rows, on_second, seed)
    if len(found) < n:
        raise DlsError(
            f"{probe} was asked for {n} units of one row of each side, and its file has {len(found)} in which no context "
            "comes twice; ask for fewer with --n"
        )
    return found[:n]


def without_shared_contexts(probe: str, groups: Sequence[tuple[Row, ...]], seed: int) -> list[tuple[Row, ...]]:
    """Return groups of rows in the order that the seed gives, those left out that share a `context` with one before."""
    used: set[str] = set()
    found = []
    for group in Draw(probe, "context", seed).shuffled(groups):
        texts = {str(row["context"]) for row in group if row.get("context")}
        if used.isdisjoint(texts):
            used |= texts
            found.append(group)
    return found


def one_row_per_context(probe: str, rows: Sequence[Row], seed: int) -> Sequence[Row]:
    """Return rows of which no two share a `context`, picked by the seed: questions to one text are no independent units."""
    if not any(row.get("context") for row in rows):
        return rows
    return [row for (row,) in without_shared_contexts(probe, [(row,) for row in rows], seed)]


def _by_text(probe: str, rows: Sequence[Row], on_second: Callable[[Row], bool], seed: int) -> list[tuple[Row, ...]]:
    """Return a row of each side of every text that has both, then rows of the other texts, one of each side."""
    asked: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in rows:
        asked.setdefault(row["context"], ([], []))[on_second(row)].append(row)
    draw = Draw(probe, "context", seed)
    chosen = [[draw.choice(side) for side in sides if side] for sides in draw.shuffled(list(asked.values()))]
    lone = [[row for row, *other in chosen if not other and on_second(row) is side] for side in (False, True)]
    return [*((both[0], both[1]) for both in chosen if len(both) == len(lone)), *zip(*lone, strict=False)]


def items_of_pairs(chosen: Iterable[tuple[Row, ...]], known: Mapping[int, Any]) -> tuple[Any, ...]:
    """Return the items of both rows of every unit, each unit a cluster; ``known`` holds the item of each line.

    An item's id begins with the number of its unit, as that of a generated one does: by it both are asked after the same
    order of solved items.
    """
    return tuple(
        msgspec.structs.replace(known[row["line"]], id=f"{index:06d}/{row['line']:06d}", cluster=f"{index:06d}")
        for index, both in enumerate(chosen)
        for row in both
    )


def _pairs(rows: Sequence[Row], on_second: Callable[[Row], bool]) -> dict[str, tuple[Row, Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if PAIR not in row:
            raise row_error(row, "names no `pair`, and others do; either every row is in a pair or none")
        found.setdefault(field(row, PAIR, str), []).append(row)
    for name, both in found.items():
        if sorted(map(on_second, both)) != [False, True]:
            raise row_error(both[0], f"is in the pair {name!r} of {len(both)} rows; a pair is one row of each side")
    pairs = {name: sorted(both, key=on_second) for name, both in found.items()}
    return {name: (both[0], both[1]) for name, both in pairs.items()}
