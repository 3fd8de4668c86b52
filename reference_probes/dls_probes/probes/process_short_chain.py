"""Let a model read and write the traces of small sums."""

from dls.probes.process_short_chain import slip
from dls.probes.shared.chains import ChainItem
from dls_probes.probes.process_chain import read_and_write
from dls_probes.requests import Elicitation


def elicit(item: ChainItem) -> Elicitation:
    """Ask with a slip that stays within the sizes of small sums."""
    yield from read_and_write(item, slip(item))
