"""An own profile with one target: n and the smallest detectable loss follow from the metric and the margin."""

from dataclasses import dataclass
from typing import Any

import msgspec

from dls.errors import DlsError
from dls.model import PinnedData, ProfileTarget
from dls.probes.catalogue import find_probe
from dls.scenarios.detection import smallest_detectable_loss
from dls.scenarios.profile import ROWS_PER_UNIT
from dls.standard.numbers import GAP, VERSION
from dls.standard.registry import DIMENSIONS, Metric, metric

SHARE = 0.75  # of the margin, which the plan detects: a student without loss is then preserved in 95 % of samples
MOST_UNITS = 100_000
DISCORDANCE, SPREAD = (
    0.1,
    0.2,
)  # assumptions of a plan: of items that one model alone gets right, and of one unit's loss


@dataclass(frozen=True)
class Wish:
    """The target that a person wants.

    Attributes:
        name: the profile's id.
        metric: the metric's id.
        probe: that measures it.
        margin: the largest loss that is still preserved, in the metric's unit.
        chance: the score of a model without the capability, where the items decide it.
        data: the data file of the items; None for generated ones.

    """

    name: str
    metric: str
    probe: str
    margin: float
    chance: float | None = None
    data: PinnedData | None = None


def planned_target(wish: Wish) -> ProfileTarget:
    """Return the target with the smallest n that detects three quarters of its margin.

    A published split, whole, gives a quarter of its units, so that a verifier's draw has unseen ones. Another file
    gives all of them: its targets count apart.

    Raises:
        DlsError: the probe does not measure the metric, the metric cannot have such a target, or no such n exists.
    """
    definition = _definition(wish)
    limit = _most_units(wish.data)
    if not definition.holds_at(limit):
        raise DlsError(_too_few(wish, definition, limit))
    target = _target(wish, definition, _smallest_n(wish, definition, limit, SHARE * wish.margin) or limit)
    if (loss := target.smallest_detectable_loss) > wish.margin:
        raise DlsError(
            f"{target.n:,} units detect a loss of {loss:.4f} in {wish.metric}, and the margin is {wish.margin:g}; "
            f"choose a wider margin{', or a larger file' if wish.data else ''}"
        )
    return target


def _most_units(data: PinnedData | None) -> int:
    """Return the units that a plan may take."""
    if data is None:
        return MOST_UNITS
    return data.units // ROWS_PER_UNIT if data.split and data.revision else data.units


def _too_few(wish: Wish, definition: Metric, limit: int) -> str:
    """Return why a file is too small for any margin."""
    if wish.data is None or definition.smallest_n is None:
        return f"no number of units decides {wish.metric}, whose interval is not known to hold; choose another metric"
    is_split = limit < wish.data.units
    share = f", of which a plan takes {limit:,}: a quarter, since it is a published split" if is_split else ""
    rows = definition.smallest_n * (ROWS_PER_UNIT if is_split else 1)
    return (
        f"the file has {wish.data.units:,} units{share}; the interval of {wish.metric} holds from "
        f"{definition.smallest_n:,} units on, whatever the margin: give a file of at least {rows:,}"
    )


def profile_value(wish: Wish, target: ProfileTarget) -> dict[str, Any]:
    """Return the profile as JSON values; each reason that only a person can give is a marked gap."""
    dimensions = [name for name in DIMENSIONS if name == target.dimension]
    rest = (name for name in DIMENSIONS if name not in dimensions)
    return {
        "dls_scenario": VERSION,
        "id": wish.name,
        "version": "1.0",
        "title": f"{GAP}: the use, on one line",
        "rationale": f"{GAP}: why these targets, with source",
        "population": f"{GAP}: the items that the targets are about",
        "extends": None,
        "required": dimensions,
        "not_required": [{"dimension": name, "reason": f"{GAP}: why the use does not need it"} for name in rest],
        "targets": [{name: value for name, value in msgspec.to_builtins(target).items() if value is not None}],
    }


def _definition(wish: Wish) -> Metric:
    probe, definition = find_probe(wish.probe), metric(wish.metric)
    if wish.metric not in probe.metrics:
        raise DlsError(f"{wish.probe} does not measure {wish.metric}; it measures {', '.join(probe.metrics)}")
    if definition.direction == "neutral" or definition.of == "pair":
        raise DlsError(f"{wish.metric} has no loss against the teacher, so no margin; choose another metric")
    if definition.chance == "items" and definition.chance_on(wish.probe, wish.chance) is None:
        raise DlsError(f"the items decide the level of chance of {wish.metric}; give it with --chance")
    return definition


def _smallest_n(wish: Wish, definition: Metric, limit: int, loss: float) -> int | None:
    """Return the smallest n up to a limit that detects a loss; None where even the limit does not."""
    low, high = (definition.smallest_n or 1) - 1, limit
    if high <= low or _target(wish, definition, high).smallest_detectable_loss > loss:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        is_enough = _target(wish, definition, middle).smallest_detectable_loss <= loss
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def _target(wish: Wish, definition: Metric, n: int) -> ProfileTarget:
    is_proportion = definition.kind == "proportion"
    target = ProfileTarget(
        metric=wish.metric,
        dimension=definition.dimension_on(wish.probe),  # type: ignore[arg-type]
        probe=wish.probe,
        kind="non_inferiority",
        margin=wish.margin,
        chance=wish.chance if definition.chance == "items" else None,
        n=n,
        smallest_detectable_loss=0.0,
        assumes={"discordance": DISCORDANCE} if is_proportion else {"sd": SPREAD},
        data=wish.data,
        rationale=f"{GAP}: why this margin, with source",
    )
    loss = smallest_detectable_loss(target, definition)
    return msgspec.structs.replace(target, smallest_detectable_loss=round(loss, 4) if n else loss)
