"""DLS404: inequalities hold."""

from collections.abc import Iterator

import msgspec

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.judging.judgement import MetricClaim
from dls.rules._rule import rule
from dls.standard.inequality import Inequality
from dls.standard.numbers import ARMS
from dls.standard.registry import load_registry

Group = dict[str, MetricClaim]  # by metric
Values = dict[str, tuple[float, float]]  # the ends of the range that each name's value is rounded from


class _Value(msgspec.Struct, frozen=True):
    """Where a name of an inequality has its value, and the ends of the range that the value is rounded from."""

    pointer: str
    ends: tuple[float, float] | None


def _groups(context: RuleContext) -> list[Group]:
    """Return the claims that share their items, by metric."""
    groups: dict[object, Group] = {}
    for entry in context.claims:
        claim = entry.claim
        if claim.comparator == "teacher" and (claim.runs or 1) == 1:
            groups.setdefault((claim.on, claim.probe, claim.items), {})[claim.metric] = entry
    return list(groups.values())


def _about(group: Group) -> list[Inequality]:
    """Return the inequalities that one of the metrics obeys and that name no metric beside them."""
    registry = load_registry()
    metrics = registry.metrics
    names = {name: None for metric in group if metric in metrics for name in metrics[metric].obeys}
    inequalities = (registry.inequalities[name] for name in names)
    return [i for i in inequalities if {_metric(name) for name in i.names()} & metrics.keys() <= group.keys()]


def _metric(name: str) -> str:
    """Return the metric of a name of an inequality, which may have an arm before it."""
    return name.rpartition(".")[2]


def _assignments(context: RuleContext, group: Group, inequality: Inequality) -> Iterator[tuple[str, Values]]:
    """Yield the last pointer and the values of each arm for which every name of an inequality has one."""
    names = inequality.names()
    of_pair = all(name == "n" or group[_metric(name)].claim.pair is not None for name in names)
    for arm in ("student",) if inequality.across_arms() or of_pair else ARMS:
        values = {name: _value(context, group, name, arm) for name in sorted(names)}
        ends = {name: value.ends for name, value in values.items() if value.ends is not None}
        if len(ends) == len(names):
            yield max((value.pointer for value in values.values()), key=context.document.position), ends


def _value(context: RuleContext, group: Group, name: str, arm: str) -> _Value:
    if name == "n":
        n = next((entry.claim.items.n for entry in group.values() if entry.claim.items), None)
        return _Value("", None if n is None else (float(n), float(n)))
    entry = group[_metric(name)]
    member = "pair" if entry.claim.pair is not None else name.rpartition(".")[0] or arm
    pointer, reading = f"{entry.pointer}/{member}", getattr(entry.claim, member)
    if reading is None:
        return _Value(entry.pointer, None)
    if reading.count is not None and reading.n:
        return _Value(pointer, (reading.count / reading.n, reading.count / reading.n))
    return _Value(pointer, context.ends(f"{pointer}/value", reading.value))


@rule("DLS404", spec="statistics")
def inequalities_hold(context: RuleContext) -> Iterator[Violation]:
    """Values measured on the same items obey the inequalities that the registry lists for their metrics.

    ## Why

    All honest values obey them. A calibration error is never smaller than the gap between confidence and accuracy, nor
    larger than the root of the Brier score. An AURC is never better than the perfect ordering of its own errors. The
    inequalities are judged at the printed precision.
    """
    for group in _groups(context):
        for inequality in _about(group):
            for pointer, values in _assignments(context, group, inequality):
                if inequality.violated(values):
                    text = ", ".join(f"{name} = {(low + high) / 2:.6g}" for name, (low, high) in sorted(values.items()))
                    yield Violation(pointer, f"{text}: impossible, since {inequality.holds} ({inequality.because})")
