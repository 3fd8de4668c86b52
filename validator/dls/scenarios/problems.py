"""The problems of a profile, as values, before any measurement: above all a plan that cannot decide its targets."""

import math
from collections.abc import Iterator
from functools import lru_cache

from dls.document.precision import EXACT
from dls.model import LIMITS, ProfileTarget
from dls.probes import FILE_IDS, GENERATED_IDS
from dls.probes.catalogue import find_probe, is_in_release, probes_measuring
from dls.scenarios.data_pins import Problem, data_problems
from dls.scenarios.detection import allowed_loss, smallest_detectable_loss
from dls.scenarios.profile import Profile, is_builtin, load_profile
from dls.standard.numbers import LAST_DIGIT
from dls.standard.registry import BY_PROBE, DIMENSIONS, Metric, load_registry

_SURE = 0.75  # of the allowed loss: a student without loss is then preserved in 95 % of samples; at 1 in 80 %


@lru_cache(maxsize=32)  # ten thousand statements share a few profiles
def profile_problems(profile: Profile) -> tuple[Problem, ...]:
    """Return the problems that make a profile unusable; empty where you can use it."""
    problems = [
        *_name_problems(profile),
        *_dimension_problems(profile),
        *_limit_problems(profile),
        *_ambiguous_probe_problems(profile),
        *data_problems(profile),
    ]
    for i, target in enumerate(profile.file.targets):
        pointer = f"/targets/{i}"
        metric = load_registry().metrics.get(target.metric)
        if metric is None:
            message = f"the registry has no metric {target.metric}; a target needs one that is registered"
            problems.append(Problem(f"{pointer}/metric", message))
        else:
            problems += _target_problems(pointer, target, metric)
            problems += _probe_problems(pointer, target)
        problems += _looser_problems(pointer, target, profile)
    return tuple(problems)


def plan_hints(profile: Profile) -> tuple[Problem, ...]:
    """Return the plans that can decide, and leave a student without loss `inconclusive` in over 5 % of samples."""
    hints = []
    for i, target in enumerate(profile.file.targets):
        metric = load_registry().metrics.get(target.metric)
        if metric is None:
            continue
        smallest, limit = smallest_detectable_loss(target, metric), allowed_loss(target, metric)
        if _SURE * limit < smallest <= limit + LAST_DIGIT:
            message = (
                f"the smallest loss that {target.n} units detect is {smallest / limit:.0%} of the allowed one; with so "
                f"many units that it is {_SURE:.0%}, a student without loss is preserved in 95 % of samples"
            )
            hints.append(Problem(f"/targets/{i}/n", message))
    return tuple(hints)


def _other_dimension(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    dimension = metric.dimension_on(target.probe)
    if dimension == BY_PROBE:
        yield Problem(pointer, f"{metric.id} belongs to the dimension of its probe; name the probe")
    elif target.dimension != dimension:
        yield Problem(f"{pointer}/dimension", f"{metric.id} belongs to {dimension}, not to {target.dimension}")


def _target_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    yield from _other_dimension(pointer, target, metric)
    if sum(getattr(target, name) is not None for name in LIMITS) != 1:
        yield Problem(
            pointer, "a target has exactly one limit: a margin, a floor, a cap or at_least; write two targets instead"
        )
        return
    if abs(target.limit - round(target.limit, metric.decimals)) > EXACT:
        yield Problem(
            pointer,
            f"the limit {target.limit:g} has more than the {metric.decimals} decimals at which {metric.id} is printed",
        )
    if metric.direction == "neutral":
        yield Problem(f"{pointer}/metric", f"{metric.id} has no better or worse, so it cannot be preserved")
    if metric.of == "pair" and target.kind != "absolute":
        yield Problem(
            f"{pointer}/kind", f"{metric.id} has one value for the pair; only a floor or cap can be its target"
        )
    if target.kind != "absolute" and metric.chance == "items":
        yield from _chance_problems(pointer, target, metric)
    if not metric.holds_at(target.n):
        limit = f"holds from {metric.smallest_n} units on" if metric.smallest_n else "is not known to hold at any n"
        yield Problem(f"{pointer}/n", f"n is {target.n}; the interval of {metric.id} {limit}")
    yield from _plan_problems(pointer, target, metric)


def _chance_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    """Yield why the level of chance of a relative target is missing or wrong."""
    level = metric.chance_on(target.probe, target.chance)
    if level is None:
        yield Problem(
            pointer,
            f"the items decide the level of chance for {metric.id}; add `chance`, or a guessing teacher goes unnoticed",
        )
    elif target.chance is not None and target.chance != level:
        yield Problem(f"{pointer}/chance", f"on the items of {target.probe} chance is {level:g}, not {target.chance:g}")


def _probe_problems(pointer: str, target: ProfileTarget) -> Iterator[Problem]:
    """Yield that a target's probe does not measure its metric, or stands beside a data set.

    Nothing is said of a probe that this release lacks.
    """
    name = target.probe
    if name is not None and target.on is not None:
        yield Problem(pointer, "a target names a probe or a data set, not both; write two targets")
    if name is not None and is_in_release(name) and target.metric not in find_probe(name).metrics:
        candidates = ", ".join(probes_measuring(target.metric)) or "no reference probe does"
        message = f"{name} does not measure {target.metric}; name one that does: {candidates}"
        yield Problem(f"{pointer}/probe", message)


def _ambiguous_probe_problems(profile: Profile) -> Iterator[Problem]:
    """Yield each target without a probe whose metric several probes of the profile measure.

    All of these probes would run, and the statement has to claim all their metrics; the better one would meet the
    target.
    """
    names = dict.fromkeys(target.probe for target in profile.targets if target.probe is not None)
    probes = [find_probe(name) for name in (*GENERATED_IDS, *FILE_IDS) if name in names]
    targets = profile.file.targets
    for target in profile.targets:
        if target.probe is not None or target.on is not None:
            continue
        candidates = [probe.id for probe in probes if target.metric in probe.metrics]
        if len(candidates) > 1:
            pointer = f"/targets/{targets.index(target)}" if target in targets else "/extends"
            yield Problem(
                pointer,
                f"a target for {target.metric} names no probe, and several probes of the profile measure it: "
                f"{' and '.join(candidates)}; write a target with `probe` for each",
            )


def _plan_problems(pointer: str, target: ProfileTarget, metric: Metric) -> Iterator[Problem]:
    smallest, limit = smallest_detectable_loss(target, metric), allowed_loss(target, metric)
    if math.isnan(limit):
        missing = "the student's `rate`" if target.kind == "absolute" else "the teacher's `rate` and the `chance`"
        message = f"without {missing} it is unknown whether {target.n} units can decide this target; add it to the plan"
        yield Problem(f"{pointer}/assumes", message)
    elif smallest > limit + LAST_DIGIT:
        text = "nothing" if math.isinf(smallest) else f"{smallest:.4f}"
        message = f"{target.n} units detect {text}, the target asks for {limit:.4f}; raise n or widen the target"
        yield Problem(f"{pointer}/n", message)
    if math.isfinite(smallest) and abs(smallest - target.smallest_detectable_loss) > LAST_DIGIT:
        yield Problem(
            f"{pointer}/smallest_detectable_loss",
            f"it is {smallest:.4f} under these assumptions, not {target.smallest_detectable_loss}",
        )


def _name_problems(profile: Profile) -> Iterator[Problem]:
    """Yield each profile of the line of parents that has the id of a built-in profile and is a different one."""
    ancestor: Profile | None = profile
    while ancestor is not None:
        if not ancestor.builtin and is_builtin(ancestor.id) and ancestor.sha256 != load_profile(ancestor.id).sha256:
            pointer = "/id" if ancestor is profile else "/extends"
            yield Problem(pointer, f"{ancestor.id} is a built-in profile, and this is another; give it a different id")
        ancestor = ancestor.parent


def _dimension_problems(profile: Profile) -> Iterator[Problem]:
    exemptions: list[str] = [entry.dimension for entry in profile.not_required]
    for dimension in DIMENSIONS:
        times = profile.required.count(dimension) + exemptions.count(dimension)
        if times != 1:
            place = "in neither list" if times == 0 else "in both lists"
            yield Problem(
                "/required",
                f"{dimension} stands {place}; a profile names each of the eight in `required` or in `not_required`",
            )
        if dimension in profile.required and not any(target.dimension == dimension for target in profile.targets):
            yield Problem(
                "/targets",
                f"{dimension} is required and has no target, so the profile would require nothing of it; add a target",
            )


def _limit_problems(profile: Profile) -> Iterator[Problem]:
    """Yield a limit on new tokens below the parent's, which would cut answers, and one on thoughts that are closed."""
    limit = profile.file.max_new_tokens
    if profile.parent is not None and limit is not None and limit < profile.parent.max_new_tokens:
        yield Problem(
            "/max_new_tokens",
            f"the parent allows {profile.parent.max_new_tokens} new tokens, and a profile can only raise that; "
            f"leave {limit} out, or write more than the parent's",
        )
    if profile.file.thoughts and profile.file.max_thought_tokens:
        yield Problem(
            "/max_thought_tokens", "thoughts are closed, so none has tokens; leave out this member or thoughts"
        )


def _looser_problems(pointer: str, target: ProfileTarget, profile: Profile) -> Iterator[Problem]:
    if profile.parent is None or target.justification:
        return
    for original in profile.parent.targets:
        if original.key() == target.key() and _is_looser(target, original):
            message = (
                f"the parent asks for {original.limit} at n = {original.n}; a looser target needs a `justification`"
            )
            yield Problem(pointer, message)


def _is_looser(target: ProfileTarget, original: ProfileTarget) -> bool:
    if target.n < original.n:
        return True
    if target.margin is not None or target.cap is not None:
        return target.limit > original.limit
    return target.limit < original.limit
