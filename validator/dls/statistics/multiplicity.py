"""Holm's correction: a list of findings holds an error at most as often as a single finding would."""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the adjusted p-values, in the order of the argument; a finding holds where its p is at most the level.

    Source: Holm 1979; Scand. J. Stat. 6, 65-70.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    result = [0.0] * len(p_values)
    running = 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[i]))
        result[i] = running
    return tuple(result)
