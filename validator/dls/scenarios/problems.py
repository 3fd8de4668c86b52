"""Whether a profile's plan can decide what the profile asks: its problems, as values, before any measurement."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dls.model import LIMITS, ProfileTarget
from dls.probes.catalogue import probes_measuring, reference_probes
from dls.scenarios.detection import allowed_loss, smallest_detectable_loss
from dls.scenarios.profile import Profile, is_builtin, load_profile
from dls.standard.numbers import LAST_DIGIT
from dls.standard.registry import DIMENSIONS, Metric, load_registry


class Problem(NamedTuple):
    """What is wrong with a profile, and where in its file."""

    pointer: str
    message: str


@lru_cache(maxsize=32)  # ten thousand statements share a few profiles
def profile_problems(profile: Profile) -> tuple[Problem, ...]:
    """Return why a profile cannot be used; nothing where it can."""
    found = [*_name_problems(profile), *_dimension_problems(profile), *_left_open(profile)]
    for i, target in enumerate(profile.written.targets):
        pointer = f"/targets/{i}"
        metric = load_registry().metrics.get(target.metric)
        if metric is None:
            found.append(
                Problem(
                    f"{pointer}/metric",
                    f"the registry has no metric {target.metric}; a target needs one that is registered",
                )
            )
        else:
            found += _target_problems(pointer, target, metric)
            found += _probe_problems(pointer, target)
        found += _loosened(pointer, target, profile)
    return tuple(found)


def _target_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    if target.dimension != metric.dimension:
        yield Problem(f"{pointer}/dimension", f"{metric.id} belongs to {metric.dimension}, not to {target.dimension}")
    if sum(getattr(target, name) is not None for name in LIMITS) != 1:
        yield Problem(
            pointer, "a target has exactly one limit: a margin, a floor, a cap or at_least; write two targets instead"
        )
        return
    if metric.direction == "neutral":
        yield Problem(f"{pointer}/metric", f"{metric.id} has no better or worse, so nothing of it can be preserved")
    if metric.of == "pair" and target.kind != "absolute":
        yield Problem(
            f"{pointer}/kind", f"{metric.id} has one value for the pair; only a floor or cap can be asked of it"
        )
    if target.kind != "absolute" and metric.chance == "items":
        yield from _chance_problems(pointer, target, metric)
    if not metric.holds_at(target.n):
        known = f"holds from {metric.smallest_n} units on" if metric.smallest_n else "is not known to hold at any n"
        yield Problem(f"{pointer}/n", f"n is {target.n}; the interval of {metric.id} {known}")
    yield from _plan_problems(pointer, target, metric)


def _chance_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    """Yield why nobody could tell by a relative target whether the teacher clears chance."""
    level = metric.chance_on(target.probe, target.chance)
    if level is None:
        yield Problem(
            pointer,
            f"the items decide what is chance for {metric.id}; add `chance`, or nobody knows a teacher who guesses",
        )
    elif target.chance is not None and target.chance != level:
        yield Problem(f"{pointer}/chance", f"on the items of {target.probe} chance is {level:g}, not {target.chance:g}")


def _probe_problems(pointer: str, target: ProfileTarget) -> Iterator[Problem]:
    """Yield that the probe a target names does not measure it; of a probe that this release has not, nobody can tell."""
    known = next((probe for probe in reference_probes() if probe.id == target.probe), None)
    if known is not None and target.metric not in known.metrics:
        able = ", ".join(probes_measuring(target.metric)) or "no reference probe does"
        yield Problem(f"{pointer}/probe", f"{known.id} does not measure {target.metric}; name one that does: {able}")


def _left_open(profile: Profile) -> Iterator[Problem]:
    """Yield which target names no probe although those beside it name several that measure its metric.

    All of these would be asked, and every metric of each has to be claimed; the target would be met by the better one.
    """
    named = {target.probe for target in profile.targets}
    own = profile.written.targets
    for target in profile.targets:
        if target.probe is not None:
            continue
        asked = [probe for probe in probes_measuring(target.metric) if probe in named]
        if len(asked) > 1:
            pointer = f"/targets/{own.index(target)}" if target in own else "/extends"
            yield Problem(
                pointer,
                f"a target for {target.metric} names no probe, and {' and '.join(asked)}, which the profile asks, both measure it; "
                "write a target with `probe` for each",
            )


def _plan_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    smallest, wanted = smallest_detectable_loss(target, metric), allowed_loss(target, metric)
    if math.isnan(wanted):
        missing = "the student's `rate`" if target.kind == "absolute" else "the teacher's `rate` and the `chance`"
        yield Problem(
            f"{pointer}/assumes", f"without {missing} nobody can tell whether {target.n} units can decide this target"
        )
    elif smallest > wanted + LAST_DIGIT:
        text = "nothing" if math.isinf(smallest) else f"{smallest:.4f}"
        yield Problem(
            f"{pointer}/n",
            f"{target.n} units detect {text}, the target asks for {wanted:.4f}; raise n or widen the target",
        )
    if math.isfinite(smallest) and abs(smallest - target.smallest_detectable_loss) > LAST_DIGIT:
        yield Problem(
            f"{pointer}/smallest_detectable_loss",
            f"it is {smallest:.4f} under these assumptions, not {target.smallest_detectable_loss}",
        )


def _name_problems(profile: Profile) -> Iterator[Problem]:
    """Yield which own profile, this one or one that it extends, is named like a built-in one and is another."""
    above: Profile | None = profile
    while above is not None:
        if not above.builtin and is_builtin(above.id) and above.sha256 != load_profile(above.id).sha256:
            pointer = "/id" if above is profile else "/extends"
            yield Problem(pointer, f"{above.id} is a built-in profile, and this is another; give it a name of its own")
        above = above.parent


def _dimension_problems(profile: Profile) -> Iterator[Problem]:
    excused = [entry.dimension for entry in profile.not_required]
    for dimension in DIMENSIONS:
        times = profile.required.count(dimension) + excused.count(dimension)
        if times != 1:
            place = "in neither list" if times == 0 else "in both lists"
            yield Problem(
                "/required",
                f"{dimension} stands {place}; a profile names each of the eight in `required` or in `not_required`",
            )
        if dimension in profile.required and not any(target.dimension == dimension for target in profile.targets):
            yield Problem(
                "/targets", f"{dimension} is required and has no target, so that nothing would have to be preserved"
            )


def _loosened(pointer: str, target: ProfileTarget, profile: Profile) -> Iterator[Problem]:
    if profile.parent is None or target.justification:
        return
    for other in profile.parent.targets:
        if other.key() == target.key() and _looser(target, other):
            yield Problem(
                pointer, f"the parent asks for {other.limit} at n = {other.n}; a looser target needs a `justification`"
            )


def _looser(target: ProfileTarget, other: ProfileTarget) -> bool:
    if target.n < other.n:
        return True
    if target.margin is not None or target.cap is not None:
        return target.limit > other.limit
    return target.limit < other.limit
