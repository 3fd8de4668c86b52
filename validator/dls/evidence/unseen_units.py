"""The units of a data file that a claim was not measured on: a verifier's draw from the same file takes these."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.probe import Probe
from dls.probes.shared.phrasings import PHRASINGS, Phrasings


class UnseenUnits(NamedTuple):
    """The units of a data file without those of a claim.

    Attributes:
        seed: of the claim's items.
        n: the claim's independent units.

    """

    seed: int
    n: int

    def probe(self, probe: Probe) -> Probe:
        """Return the probe that makes items of these units alone, from a file that it already has."""

        def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> Sequence[Any]:
            first = probe.items(self.seed, self.n, phrasings)
            lines, size = set(map(_line, first)), len(first) // self.n
            candidates = probe.items(seed, n + size * self.n, phrasings)
            starts = range(0, len(candidates), size)
            rest = [start for start in starts if lines.isdisjoint(map(_line, candidates[start : start + size]))]
            units = [candidates[start : start + size] for start in rest[:n]]
            if len(units) < n:
                raise DlsError(f"{probe.id}: the file has {len(units)} units beside the published ones, wanted {n}")
            return tuple(item for unit in units for item in unit)

        return probe._replace(items=items)


def _line(item: Any) -> str:
    """Return the number of an item's line, which ends its id."""
    return str(item.id).rpartition("/")[2]
