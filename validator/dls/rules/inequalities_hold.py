"""DLS404: inequalities hold."""

from collections.abc import Iterator

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule
from dls.standard.inequality import Inequality
from dls.standard.numbers import ARMS
from dls.standard.registry import registry

Group = dict[str, tuple[str, Claim]]  # metric -> pointer and claim
Values = dict[str, tuple[float, float]]


def _groups(context: RuleContext) -> list[Group]:
    """Return the claims that share their items, by metric."""
    groups: dict[object, Group] = {}
    for entry in context.claims():
        pointer, claim = entry.pointer, entry.claim
        if claim.comparator == "teacher" and (claim.runs or 1) == 1:
            groups.setdefault((claim.on, claim.probe, claim.items), {})[claim.metric] = (pointer, claim)
    return list(groups.values())


def _about(group: Group) -> list[Inequality]:
    """Return the inequalities that one of the metrics obeys and that name no metric beside them."""
    known = registry()
    named = {name: None for metric in group if metric in known.metrics for name in known.metrics[metric].obeys}
    found = (known.inequalities[name] for name in named)
    return [i for i in found if {name.rpartition(".")[2] for name in i.names()} & known.metrics.keys() <= group.keys()]


def _assignments(context: RuleContext, group: Group, inequality: Inequality) -> Iterator[tuple[str, Values]]:
    """Yield the last pointer and the values of each arm for which every name of an inequality has one."""
    names = inequality.names()
    of_pair = all(name == "n" or group[name.rpartition(".")[2]][1].pair is not None for name in names)
    for arm in ("student",) if inequality.across_arms() or of_pair else ARMS:
        found = {name: _ends(context, group, name, arm) for name in sorted(names)}
        values = {name: ends for name, (_, ends) in found.items() if ends is not None}
        if len(values) == len(names):
            yield max((pointer for pointer, _ in found.values()), key=context.document.position), values


def _ends(context: RuleContext, group: Group, name: str, arm: str) -> tuple[str, tuple[float, float] | None]:
    if name == "n":
        n = next((claim.items.n for _, claim in group.values() if claim.items), None)
        return "", None if n is None else (float(n), float(n))
    own_arm, _, metric = name.rpartition(".")
    pointer, claim = group[metric]
    member = "pair" if claim.pair is not None else own_arm or arm
    reading = getattr(claim, member)
    if reading is None:
        return pointer, None
    if reading.count is not None and reading.n:
        return f"{pointer}/{member}", (reading.count / reading.n, reading.count / reading.n)
    return f"{pointer}/{member}", precision.ends(context.document, f"{pointer}/{member}/value", reading.value)


@rule("DLS404", spec="statistics")
def inequalities_hold(context: RuleContext) -> Iterator[Violation]:
    """Values measured on the same items obey the inequalities that any honest values obey.

    ## Why

    A calibration error cannot be smaller than the gap between confidence and accuracy, nor larger than the root of the Brier
    score; an AURC cannot beat the perfect ordering of its own errors. The registry lists the inequalities of every metric; they are judged
    at the printed precision.
    """
    for group in _groups(context):
        for inequality in _about(group):
            for pointer, values in _assignments(context, group, inequality):
                if inequality.violated(values):
                    shown = ", ".join(
                        f"{name} = {(low + high) / 2:.6g}" for name, (low, high) in sorted(values.items())
                    )
                    yield Violation(pointer, f"{shown}: impossible, since {inequality.holds} ({inequality.because})")
