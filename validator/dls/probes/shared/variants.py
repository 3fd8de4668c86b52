"""Rows of a data file in two variants, as pairs of one row of each: pairs that the file names, or sampled rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dls.draw import Draw
from dls.errors import DlsError
from dls.probe import Row
from dls.probes.shared.data_files import field, row_error, sampled_rows

PAIR = "pair"


def sampled_pairs(
    probe: str, rows: Sequence[Row], is_second: Callable[[Row], bool], seed: int, n: int
) -> list[tuple[Row, Row]]:
    """Return ``n`` pairs of a row of the first variant and one of the second, sampled by the seed.

    Where rows name their `pair`, these are the pairs. Otherwise the two rows of a pair have nothing to do with each
    other. The mean of their difference then has the variance of a difference between two independent groups. The same
    interval holds for it, only wider than one of contrast pairs.

    Raises:
        DlsError: a variant has fewer rows, only some rows name a pair, or a pair is not one row of each variant.
    """
    if any(PAIR in row for row in rows):
        pairs = _named_pairs(rows, is_second)
        return [pairs[str(row[PAIR])] for row in sampled_rows(probe, [first for first, _ in pairs.values()], seed, n)]
    variants = [[row for row in rows if is_second(row) is second] for second in (False, True)]
    if min(map(len, variants)) < n:
        raise DlsError(
            f"{probe} was asked for {n} units of one row of each variant, "
            f"and its file has {len(variants[0])} and {len(variants[1])}; ask for fewer with --n"
        )
    first, second = (sampled_rows(f"{probe}/{place}", variant, seed, n) for place, variant in enumerate(variants))
    return list(zip(first, second, strict=True))


def sampled_pairs_of_contexts(
    probe: str, rows: Sequence[Row], is_second: Callable[[Row], bool], seed: int, n: int
) -> list[tuple[Row, ...]]:
    """Return ``n`` pairs of a row of each variant, in the order that the seed gives, in which no `context` comes twice.

    Questions about one context are no independent units. A context with rows of both variants makes one pair, and the
    seed picks its rows. Where there are too few of those, rows about other contexts are paired. Pairs that rows name
    stay as they are.

    Raises:
        DlsError: there are fewer pairs, only some rows name a pair, or a pair is not one row of each variant.
    """
    if any(PAIR in row for row in rows):
        pairs = without_shared_contexts(probe, list(_named_pairs(rows, is_second).values()), seed)
    else:
        pairs = _pairs_by_context(probe, rows, is_second, seed)
    if len(pairs) < n:
        raise DlsError(
            f"{probe} was asked for {n} units of one row of each variant, and its file has {len(pairs)} "
            "in which no context comes twice; ask for fewer with --n"
        )
    return pairs[:n]


def without_shared_contexts(probe: str, groups: Sequence[tuple[Row, ...]], seed: int) -> list[tuple[Row, ...]]:
    """Return groups of rows in the order that the seed gives, without those that repeat a `context`."""
    contexts: set[str] = set()
    distinct = []
    for group in Draw(probe, "context", seed).shuffled(groups):
        texts = {str(row["context"]) for row in group if row.get("context")}
        if contexts.isdisjoint(texts):
            contexts |= texts
            distinct.append(group)
    return distinct


def one_row_per_context(probe: str, rows: Sequence[Row], seed: int) -> Sequence[Row]:
    """Return rows of which no two share a `context`, picked by the seed.

    Questions about one context are no independent units.
    """
    if not any(row.get("context") for row in rows):
        return rows
    return [row for (row,) in without_shared_contexts(probe, [(row,) for row in rows], seed)]


def items_of_pairs(pairs: Iterable[tuple[Row, ...]], item_at: Mapping[int, Any]) -> tuple[Any, ...]:
    """Return the items of both rows of each pair, each pair a cluster; ``item_at`` holds the item of each line.

    An item's id begins with the number of its pair, as that of a generated one does. So both variants are asked after
    the same order of solved items.
    """
    return tuple(
        msgspec.structs.replace(item_at[row["line"]], id=f"{index:06d}/{row['line']:06d}", cluster=f"{index:06d}")
        for index, pair in enumerate(pairs)
        for row in pair
    )


def _pairs_by_context(
    probe: str, rows: Sequence[Row], is_second: Callable[[Row], bool], seed: int
) -> list[tuple[Row, ...]]:
    """Return a row of each variant of each context that has both, then pairs of rows about other contexts."""
    contexts: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in rows:
        contexts.setdefault(row["context"], ([], []))[is_second(row)].append(row)
    draw = Draw(probe, "context", seed)
    samples = [
        [draw.choice(variant) for variant in variants if variant] for variants in draw.shuffled(list(contexts.values()))
    ]
    pairs = [(sample[0], sample[1]) for sample in samples if len(sample) > 1]
    lone = [
        [sample[0] for sample in samples if len(sample) == 1 and is_second(sample[0]) is second]
        for second in (False, True)
    ]
    return [*pairs, *zip(*lone, strict=False)]


def _named_pairs(rows: Sequence[Row], is_second: Callable[[Row], bool]) -> dict[str, tuple[Row, Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if PAIR not in row:
            raise row_error(row, "names no `pair`, and others do; either every row is in a pair or none")
        groups.setdefault(field(row, PAIR, str), []).append(row)
    for name, group in groups.items():
        if sorted(map(is_second, group)) != [False, True]:
            raise row_error(
                group[0], f"is in the pair {name!r} of {len(group)} rows; a pair is one row of each variant"
            )
    pairs = {name: sorted(group, key=is_second) for name, group in groups.items()}
    return {name: (first, second) for name, (first, second) in pairs.items()}
