"""A model behind a server answers packs: each job is a request of its own, several at a time."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from dls.errors import DlsError
from dls.model.manifest import ACCESS
from dls.standard.numbers import OWNERS_DEVICE
from dls_probes.engine.protocols import PackAnswers
from dls_probes.engine.tie_tolerance import tolerance
from dls_probes.packs import GenerateJob, Pack, generate_jobs, text_rows
from dls_probes.requests import Scored
from dls_probes.servers.connection import Connection
from dls_probes.servers.keyed_choice import keyed_step
from dls_probes.servers.server_api import ScoredPlace, TokenStep
from dls_probes.servers.weights_test import NATS_TO_WEIGHTS
from dls_probes.tokens.text import PromptTokenizer

_HIDDEN_GAP = 0.0
"""The gap of a choice that the server does not show: another run may choose otherwise."""


class ServedModel:
    """The model of a connection; `text` is its tokenizer with the rules of the run."""

    own_layout = "served"

    def __init__(self, connection: Connection, text: PromptTokenizer, dtype: str) -> None:
        self.text = text
        self._connection = connection
        self._api = connection.api
        self._ends = frozenset(text.eos)
        self._dtype = dtype

    def score(self, pack: Pack) -> PackAnswers:
        """Return a `Scored` for each job."""
        jobs = [job for row in text_rows(pack) for job in row]
        return self._api.client.map(lambda job: scored(self._api.places(job.tokens, job.start)), jobs)

    def generate(self, pack: Pack) -> PackAnswers:
        """Return (tokens, ended, gap) for each job."""
        return self._api.client.map(lambda job: generated(self._steps(job), self._ends), generate_jobs(pack))

    def distribution(self, pack: Pack) -> PackAnswers:  # noqa: ARG002  the interface has it
        """Refuse: no server sends whole distributions.

        Raises:
            DlsError: always.
        """
        raise DlsError(f"no whole distributions come from {self._api.client.address.source}")

    def describe(self) -> dict[str, Any]:
        """Return the properties of the served model that affect its numbers."""
        facts, agreement = self._connection.facts, self._connection.agreement
        values = {
            "served_as": facts.name,
            "backend_version": facts.version,
            "parameters": facts.parameters,
            "scored_by": self._api.scores_by,
            "sampling": agreement.sampling,
            "repeatable": agreement.repeatable,
            NATS_TO_WEIGHTS: self._connection.nats_to_weights,
        }
        return {
            "device_class": OWNERS_DEVICE,
            "vocabulary": self._connection.vocabulary,
            ACCESS: agreement.access,
            "unused": [],
            **{name: value for name, value in values.items() if value is not None},
        }

    def tree_layouts(self) -> tuple[str, ...]:
        """Return none: the server lays requests out itself."""
        return ()

    def tolerance(self) -> float:
        """Return the nats by which two correct computations of one log-probability may differ."""
        return tolerance(self._dtype)

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return None: the server's precision is its own."""
        return None

    def _steps(self, job: GenerateJob) -> Iterable[TokenStep]:
        if job.noise is None:
            return self._api.greedy(job.tokens, job.max_tokens, self._ends)
        if self._connection.agreement.sampling == "server_seed":
            return self._api.seeded(job.tokens, job.max_tokens, self._ends, job.noise)
        steps = None
        if self._connection.agreement.sampling == "keyed":
            steps = self._api.keyed(job.tokens, job.max_tokens, self._ends, job.noise)
        return self._keyed(job, job.noise) if steps is None else steps

    def _keyed(self, job: GenerateJob, noise: int) -> Iterator[TokenStep]:
        """Yield the sample that a key draws from lists of the most probable tokens, token by token."""
        text, size = list(job.tokens), self._connection.vocabulary
        for position in range(job.max_tokens):
            step = keyed_step(noise, position, size, lambda count: self._api.top(text, count))
            yield step
            text.append(step.token)


def scored(places: Sequence[ScoredPlace]) -> Scored:
    """Return the answer about a text from the places of its tokens."""
    return Scored(
        math.fsum(place.logprob for place in places),
        len(places),
        greedy=all(place.token == place.best for place in places),
        gap=min(place.gap for place in places),
    )


def generated(steps: Iterable[TokenStep], ends: frozenset[int]) -> tuple[tuple[int, ...], bool, float]:
    """Return the tokens of an answer without the one that ends it, whether one did, and the smallest gap in nats."""
    tokens: list[int] = []
    gap = math.inf
    for step in steps:
        gap = min(gap, _HIDDEN_GAP if math.isnan(step.gap) else step.gap)
        if step.token in ends:
            return tuple(tokens), True, gap
        tokens.append(step.token)
    return tuple(tokens), False, gap
