"""An elicitation under a limited access: it asks for no more than the model gives, and its record lacks the rest."""

import math
from collections.abc import Generator
from functools import partial
from typing import Any

from dls.access_level import AccessLevel, allows, without_rest
from dls.evidence.records import ErrorRecord
from dls_probes.requests import (
    Distributed,
    Distribution,
    Diverged,
    Divergence,
    Elicit,
    Elicitation,
    Generate,
    Generated,
    ModelAnswer,
    Record,
    Request,
    Score,
    Scored,
    asked_by,
)

_UNKNOWN = math.nan
"""It stands for each number that the model does not give, and turns all that is computed from it into itself."""


def request_level(request: Request) -> AccessLevel:
    """Return the access to the model that a request needs."""
    if isinstance(request, Generate):
        return "black_box" if request.sample is None else "sampling"
    return "logprobs" if isinstance(request, Score) else "white_box"


def under_access(elicit: Elicit, access: AccessLevel) -> Elicit:
    """Return the elicitation of a model with this access; its records are of the type `dls.access_level.record_at`."""
    return elicit if access == "white_box" else partial(_limited, elicit, access)


def _limited(elicit: Elicit, access: AccessLevel, item: Any) -> Elicitation:
    def end(record: Record) -> Record:
        return record if isinstance(record, ErrorRecord) else without_rest(record, access)

    return asked_by(elicit(item), lambda step: _answers(step, access), end)


def _answers(step: Request | list[Request], access: AccessLevel) -> Generator[Any, Any, Any]:
    """Ask those requests of a step that the access allows; return the answers of all in the step's form."""
    requests = step if isinstance(step, list) else [step]
    possible = [request for request in requests if allows(access, request_level(request))]
    replies = iter((yield possible) if possible else ())
    answers = [next(replies) if request in possible else unknown_answer(request) for request in requests]
    return answers if isinstance(step, list) else answers[0]


def unknown_answer(request: Request) -> ModelAnswer:
    """Return the answer to a request that the model does not give."""
    match request:
        case Score():
            return Scored(_UNKNOWN, 0, greedy=False, gap=_UNKNOWN)
        case Generate():
            return Generated("", (), ended=False, gap=_UNKNOWN)
        case Distribution():
            return Distributed((_UNKNOWN,), (0,), (_UNKNOWN,) * len(request.options))
        case Divergence():
            return Diverged((_UNKNOWN,), (_UNKNOWN,), (_UNKNOWN,), (_UNKNOWN,), (False,))
