"""The two interfaces of the engine: models, which answer packs, and executors, which distribute packs over hardware."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from dls_probes.packs import Pack

PackAnswers: TypeAlias = list[Any]  # one JSON value per job, in the pack's order


class ModelBackend(Protocol):
    """Answers packs: a model in this process, a pair of models, later a server."""

    def score(self, pack: Pack) -> PackAnswers:
        """Return a `Scored` for each job."""

    def generate(self, pack: Pack) -> PackAnswers:
        """Return (tokens, ended, gap) for each job."""

    def distribution(self, pack: Pack) -> PackAnswers:
        """Return a `Distributed` (for a pair, a `Diverged`) for each job."""

    def describe(self) -> dict[str, Any]:
        """Return the properties of the loaded model that affect its numbers, as JSON values."""

    def tree_layouts(self) -> tuple[str, ...]:
        """Return the tree layouts that may suit the model, best first; none where it does not take tree masks."""

    def tolerance(self) -> float:
        """Return the nats by which two correct computations of one log-probability may differ."""

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return a context in which the model computes in float32; None where it always does."""


class Executor(Protocol):
    """Runs packs: in this process, in worker processes, later on several machines."""

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once and yield each with its answers, in any order."""

    def events(self) -> list[str]:
        """Return the events that may affect numbers: packs halved for memory, workers that died."""

    def close(self) -> None:
        """Stop the executor's processes and free its resources."""
