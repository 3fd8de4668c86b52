"""The sample of published items that a verifier asks again: the nonce of the verifier's draw decides the units.

Nobody knows the nonce before the verifier's key has signed. So an edit of any record may be seen: of 1,500 records with
1 % edited, 300 hold at least one edited record with a chance of 96.5 %.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dls.draw import Draw
from dls.evidence.records import RecordedRun
from dls.probe import Probe
from dls.probes.shared.phrasings import PHRASINGS, Phrasings

UNITS = 300
"""The units of a claim that an audit asks again."""


class AuditSample(NamedTuple):
    """The units of an audit.

    Attributes:
        nonce: of the verifier's draw, 64 hexadecimal digits.
        of: the number of units of the claim.

    """

    nonce: str
    of: int

    def units(self, probe: str, count: int) -> tuple[int, ...]:
        """Return ``count`` different units of a probe, from 0, in ascending order."""
        return tuple(sorted(Draw("audit", self.nonce, probe).sample(range(self.of), count)))

    def probe(self, probe: Probe, count: int) -> Probe:
        """Return the probe that makes the items of these units alone, in the order of the whole."""
        places = self.units(probe.id, count)

        def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> Sequence[Any]:
            whole = probe.items(seed, self.of, phrasings)
            return _of_units(whole, places[:n], self.of)

        return probe._replace(items=items)

    def run(self, run: RecordedRun, count: int) -> RecordedRun:
        """Return the items and records of these units alone."""
        places = self.units(run.probe.id, count)
        records = {arm: _of_units(entries, places, self.of) for arm, entries in run.records.items()}
        return run._replace(items=_of_units(run.items, places, self.of), records=records)


def _of_units(values: Sequence[Any], units: Sequence[int], of: int) -> Sequence[Any]:
    """Return the values of some units; each unit has as many values as any other, one after the other."""
    size = len(values) // of
    return [values[size * unit + k] for unit in units for k in range(size)]
