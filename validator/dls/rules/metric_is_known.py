"""DLS201: metric is known."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Statement
from dls.rules._rule import rule
from dls.standard.mending import nearest


def _metrics(statement: Statement) -> Iterator[tuple[str, str]]:
    for i, claim in enumerate(statement.claims):
        yield f"/claims/{i}/metric", claim.metric
    for i, absence in enumerate(statement.absences):
        if absence.metric is not None:
            yield f"/absences/{i}/metric", absence.metric


@rule("DLS201", spec="metrics")
def metric_is_known(context: RuleContext) -> Iterator[Violation]:
    """Every metric is in the registry, or is defined in the statement under a name space of its own.

    ## Why

    The registry fixes direction, range and interval method, so a new name cannot turn a loss into a gain.
    """
    for pointer, name in _metrics(context.statement):
        if name not in context.metrics:
            near = nearest(name, tuple(context.metrics))
            hint = f"did you mean '{near}'?" if near else "define it under metrics as x-NAME:METRIC"
            yield Violation(pointer, f"metric '{name}' is neither in the registry nor defined here; {hint}")
