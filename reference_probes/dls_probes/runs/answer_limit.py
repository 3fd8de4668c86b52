"""The limit on new tokens of an answer, which a profile raises for a whole run."""

from dataclasses import replace
from functools import partial
from typing import Any

from dls_probes.requests import Elicit, Elicitation, Generate, Request, with_changes


def with_limit(elicit: Elicit, limit: int) -> Elicit:
    """Return the elicitation whose answers have room for at least this many new tokens.

    A request that asks for more keeps its own number, and so does a text of a fixed length.
    """

    def elicit_longer(item: Any) -> Elicitation:
        return with_changes(elicit(item), partial(_raised, limit))

    return elicit_longer


def _raised(limit: int, request: Request) -> Request:
    if not isinstance(request, Generate) or request.is_fixed:
        return request
    return replace(request, max_tokens=max(request.max_tokens, limit))
