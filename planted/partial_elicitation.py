"""Elicitations for the search of a strength, which reads one metric: they ask only the requests that it reads."""

from collections.abc import Generator
from typing import Any

from dls_probes.requests import Elicit, Elicitation, Generate, Generated, Score, Scored, asked_by
from planted.plain_reading import WHOLE_METRICS

_SCORED = frozenset({
    "abstention_soft_j", "step_validity", "context_margin", "refusal_soft_j", "valid_answer_entropy",
})  # fmt: skip
"""The metrics that read probabilities alone, of probes that generate texts as well."""
_UNASKED = {Score: Scored(0.0, 1, greedy=False, gap=0.0), Generate: Generated("", (), ended=False, gap=0.0)}
"""The answers to the others; no metric that is searched reads them."""


def for_metric(elicit: Elicit, metric: str) -> Elicit:
    """Return an elicitation whose records are right for this metric, and perhaps for no other one."""
    unread = Score if metric in WHOLE_METRICS else Generate if metric in _SCORED else None
    return elicit if unread is None else lambda item: _without(elicit(item), unread)


def _without(steps: Elicitation, unread: type) -> Elicitation:
    """Yield an elicitation's steps without the requests of a kind; the record passes through."""
    return asked_by(steps, lambda step: _answers(step, unread))


def _answers(step: Any, unread: type) -> Generator[Any, Any, Any]:
    if not isinstance(step, list):
        return _UNASKED[unread] if isinstance(step, unread) else (yield step)
    wanted = [request for request in step if not isinstance(request, unread)]
    replies = iter((yield wanted) if wanted else ())
    return [_UNASKED[unread] if isinstance(request, unread) else next(replies) for request in step]
