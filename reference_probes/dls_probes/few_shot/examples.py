"""The solved items of a probe's few-shot prompt."""

from functools import cache

from dls.probe import Shot
from dls.probes.catalogue import find_probe


@cache
def solved_items(probe: str) -> tuple[Shot, ...]:
    """Return a probe's solved items, in the order of the prompt; none where the probe is always asked bare."""
    return tuple(find_probe(probe).shots())
