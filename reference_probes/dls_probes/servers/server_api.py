"""The interface of every kind of server: token ids go in, and log-probabilities and token ids come out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from dls_probes.servers.client import ServerFailed

Job = TypeVar("Job")
Answer = TypeVar("Answer")


class NotAnswered(ServerFailed):
    """A server answers a request without the part that was asked for."""


class ScoredPlace(NamedTuple):
    """One token of a text in its place.

    Attributes:
        token: its id.
        logprob: in nats.
        best: the id of the most probable token there.
        gap: nats between the two most probable tokens there.

    """

    token: int
    logprob: float
    best: int
    gap: float


class TokenStep(NamedTuple):
    """One generated token, and the nats between the two best scores of its step; NaN where the server hides them."""

    token: int
    gap: float


class Candidate(NamedTuple):
    """A token that may come next, and its log-probability in nats."""

    token: int
    logprob: float


@dataclass(frozen=True, slots=True)
class ServedFacts:
    """What a server says about its model.

    Attributes:
        name: under which it serves the model.
        version: of the server's software; None where it hides it.
        window: tokens that the server reads at most; None where it does not say.
        vocabulary: the number of its token ids; None where it does not say.
        quantisation: of the weights; None where they are not quantised, or it does not say.
        parameters: their number; None where it does not say.

    """

    name: str
    version: str | None = None
    window: int | None = None
    vocabulary: int | None = None
    quantisation: str | None = None
    parameters: int | None = None


class Origin(Protocol):
    """Where a model is asked."""

    @property
    def source(self) -> str:
        """The name of the place in messages and evidence."""


class Requester(Protocol):
    """What sends requests: the client of a server, or an engine in this process."""

    @property
    def address(self) -> Origin:
        """The place that is asked."""

    def map(self, ask: Callable[[Job], Answer], jobs: Sequence[Job]) -> list[Answer]:
        """Return the answer to each job, in their order."""


class ServerApi(Protocol):
    """One kind of server.

    Attributes:
        backend: its name in `dls.standard.numbers.BACKENDS`.
        scores_by: how it scores a given text: `forced` by a grammar, or `prompt` by the log-probabilities of a prompt.

    """

    backend: str
    scores_by: str

    @property
    def client(self) -> Requester:
        """What sends the requests."""

    def facts(self) -> ServedFacts:
        """Return what the server says about its model."""

    def text_of(self, tokens: Sequence[int]) -> str | None:
        """Return the text of some token ids; None where the server has no such request."""

    def places(self, tokens: Sequence[int], start: int) -> list[ScoredPlace]:
        """Return the places of the tokens from `start` on.

        Raises:
            NotAnswered: the reply is without them, or about other tokens.
        """

    def top(self, tokens: Sequence[int], count: int) -> list[Candidate]:
        """Return the most probable next tokens, `count` of them, the best first.

        Raises:
            NotAnswered: the reply is without them.
        """

    def greedy(self, tokens: Sequence[int], limit: int, ends: frozenset[int]) -> Iterator[TokenStep]:
        """Yield the most probable token after token, `limit` of them or up to one of the ends, and that one too."""

    def keyed(self, tokens: Sequence[int], limit: int, ends: frozenset[int], noise: int) -> Iterator[TokenStep] | None:
        """Yield the sample that a key draws on the server itself; None where the server knows no keys."""

    def seeded(self, tokens: Sequence[int], limit: int, ends: frozenset[int], seed: int) -> Iterator[TokenStep]:
        """Yield a sample at temperature 1 by the server's own generator."""
