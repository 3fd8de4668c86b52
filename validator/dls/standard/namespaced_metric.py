"""A metric that a statement defines itself, in the form of a registered one."""

from typing import Any, cast

from dls.model import OwnMetric
from dls.standard.numbers import DIGITS
from dls.standard.registry import Metric


def as_metric(definition: OwnMetric) -> Metric:
    """Return a statement's own metric as the registry would list it, without a method for its intervals."""
    return Metric(
        id=definition.id,
        title=definition.id,
        dimension=definition.dimension,
        definition=definition.definition,
        unit=definition.unit,
        range=(definition.low, definition.high),
        direction=definition.direction,
        kind=cast("Any", definition.kind),
        access="black_box",
        tolerance="numeric",
        interval="",
        value_interval="",
        smallest_n=0,
        decimals=DIGITS,
        target=definition.target,
    )
