"""`process.short_chain`: small sums worked out step by step: steps of three at most, values up to twelve."""

from functools import partial

from dls.probes import process_chain
from dls.probes.process_chain import Sizes, chain
from dls.probes.shared.chains import ChainItem
from dls.probes.shared.per_item import numbered

ID = "process.short_chain"
SIZES = Sizes(1, 12, 1, 3)


items = numbered(ID, partial(chain, sizes=SIZES))
"""Chains of three steps that stay between 1 and 12."""


def slip(item: ChainItem) -> tuple[int, int]:
    """Return the corrupted step of the reference trace and its error, as `process_chain.slip`, within 1 and 12."""
    return process_chain.slip(item, SIZES)


PROBE = process_chain.PROBE._replace(
    id=ID,
    title="Small sums step by step: each step checked, and one step of a reference trace corrupted",
    items=items,
    shots=partial(process_chain.shots, items, 4),
    from_rows=partial(process_chain.items_from_rows, ID),
    stands_for=process_chain.ID,
)
