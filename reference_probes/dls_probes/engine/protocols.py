"""The two seams of the engine: what answers a pack, and what spreads packs over the hardware."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from dls_probes.packs import Pack

PackAnswers: TypeAlias = list[Any]  # one JSON value a job, in the pack's order


class ModelBackend(Protocol):
    """What answers packs: a model in this process, a pair of models, later a server."""

    def score(self, pack: Pack) -> PackAnswers:
        """Return a `Scored` for each job."""

    def generate(self, pack: Pack) -> PackAnswers:
        """Return (tokens, ended, gap) for each job."""

    def distribution(self, pack: Pack) -> PackAnswers:
        """Return a `Distributed` (for a pair, a `Diverged`) for each job."""

    def describe(self) -> dict[str, Any]:
        """Return what only a loaded model knows and what decides its numbers, as JSON values."""

    def tree_layouts(self) -> tuple[str, ...]:
        """Return the tree layouts that may suit the model, best first; none where it cannot read trees."""

    def tolerance(self) -> float:
        """Return the nats by which two ways of computing one score may differ."""

    def full_precision(self) -> AbstractContextManager[Any] | None:
        """Return what lets the model compute in float32 for as long as it is entered; None where it does so anyway."""


class Executor(Protocol):
    """What runs packs: this process, worker processes, later machines."""

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once and return each with its answers, in any order."""

    def events(self) -> list[str]:
        """Return what happened that numbers may depend on: packs halved for memory, workers that died."""

    def close(self) -> None:
        """Let go of what was started."""
