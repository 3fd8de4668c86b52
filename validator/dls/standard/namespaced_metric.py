"""A metric that a statement defines itself, as if it were registered."""

from typing import Any, cast

from dls.model import OwnMetric
from dls.standard.registry import Metric


def as_metric(own: OwnMetric) -> Metric:
    """Return what the registry would say of it; nothing is known of the method of its intervals."""
    return Metric(
        id=own.id,
        title=own.id,
        dimension=own.dimension,
        definition=own.definition,
        unit=own.unit,
        range=(own.low, own.high),
        direction=own.direction,
        kind=cast("Any", own.kind),
        access="black_box",
        tolerance="numeric",
        interval="",
        value_interval="",
        smallest_n=0,
        target=own.target,
    )
