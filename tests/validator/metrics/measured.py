"""A metric's value as the measuring room computes it, from columns of its formula's arguments."""

import numpy as np

from dls.measuring.measure import unit_rows
from dls.measuring.sample import Sample
from dls.probe import Measure
from dls.standard.registry import metric


def _plain(column):
    """Records hold plain numbers, no arrays."""
    return [entry.tolist() if isinstance(entry, np.ndarray | np.generic) else entry for entry in column]


def value(name, *columns):
    """The value over all units; each column holds one argument of the formula, a value for each unit."""
    measure = Measure(name, lambda _items, _records: list(zip(*map(_plain, columns), strict=True)))
    rows = np.array(unit_rows(measure, (), ()), dtype=np.float64)
    return Sample(metric(name), rows, "item", "oracle").value()
