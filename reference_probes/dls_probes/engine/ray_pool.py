"""Packs on a cluster of Ray (extra `[ray]`): actors hold the model, and the ledger stays with this process.

Ray moves the packs and starts actors; every retry is decided here, so that the records are those of one process.
"""

import gc
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.answering import run_pack
from dls_probes.engine.protocols import ModelBackend, PackAnswers
from dls_probes.engine.ray_cluster import RayCluster, connect, library, no_place
from dls_probes.engine.version import ENGINE
from dls_probes.packs import Pack

_AHEAD = 2  # packs that wait at an actor, so that none is idle while an answer travels
_MAX_DEATHS = 3  # actors that may be lost on one pack, or before they have loaded the model
_PACKAGES = ("torch", "transformers", "tokenizers")


@dataclass(slots=True)
class RayPool:
    """Runs packs in actors; a pack whose actor or node is lost goes to another actor (the protocol `Executor`).

    Attributes:
        load: loads the model in an actor; must be picklable.
        cluster: where the actors are.
        check: runs after each pack, and raises to stop.

    """

    load: Callable[[int], ModelBackend]
    cluster: RayCluster
    check: Callable[[], None]
    _waiting: dict[Any, None] = field(default_factory=dict)  # actors that have packs or could take some
    _starting: dict[Any, Any] = field(default_factory=dict)  # actors without a place, by the reference of their facts
    _running: dict[Any, tuple[Any, Pack]] = field(default_factory=dict)
    _deaths: dict[Pack | None, int] = field(default_factory=dict)  # by pack; None for actors without a model
    _facts: Mapping[str, Any] | None = None
    _events: list[str] = field(default_factory=list)

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once, in the order in which the actors finish.

        Raises:
            DlsError: no actor starts, an actor cannot load the model or has other versions or another device, a pack
                fails, three actors were lost on the same pack, or the cluster is gone.

        """
        queue = deque(packs)
        connect(self.cluster.address)
        for _ in range(min(self.cluster.actors, len(queue)) - len(self._waiting) - len(self._starting)):
            self._start()
        while queue or self._running:
            self._feed(queue)
            answer = self._next(queue)
            if answer is not None:
                self.check()
                yield answer

    def events(self) -> list[str]:
        """Return the packs halved for memory and the actors that were lost, a sentence each."""
        return list(self._events)

    def close(self) -> None:
        """End the actors."""
        ray = library()
        for actor in (*self._waiting, *self._starting.values()):
            ray.kill(actor)
        self._waiting.clear()
        self._starting.clear()
        self._running.clear()

    def _start(self) -> None:
        ray = library()
        options = {"num_cpus": 1, "num_gpus": self.cluster.gpus, "max_restarts": 0, "max_task_retries": 0}
        actor = ray.remote(**options)(_Actor).remote(self.load)
        self._starting[actor.facts.remote()] = actor

    def _feed(self, queue: deque[Pack]) -> None:
        """Give packs to actors that have loaded the model: one without a place would keep its packs for ever."""
        counts = dict.fromkeys(self._waiting, 0)
        for actor, _ in self._running.values():
            counts[actor] += 1
        for _ in range(_AHEAD):
            for actor in sorted(counts, key=counts.__getitem__):
                if queue and counts[actor] < _AHEAD:
                    pack = queue.popleft()
                    self._running[actor.run.remote(pack)] = actor, pack
                    counts[actor] += 1

    def _next(self, queue: deque[Pack]) -> tuple[Pack, PackAnswers] | None:
        """Wait for one actor; return a pack with its answers, or None where something else happened."""
        ray = library()
        references = [*self._running, *self._starting]
        start, patience = time.monotonic(), None if self._running else self.cluster.patience
        answers_ready, _ = ray.wait(references, num_returns=1, timeout=patience)
        if not answers_ready:
            raise DlsError(no_place(self.cluster, time.monotonic() - start))
        (reference,) = answers_ready
        actor, pack = self._running.get(reference) or (self._starting[reference], None)
        try:
            value = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            raise _one_sentence(error.cause) from error
        except ray.exceptions.RayError as error:
            self._replace(actor, pack, queue, _reason(error))
            return None
        if pack is None:
            self._admit(self._starting.pop(reference), value)
            return None
        del self._running[reference]
        answers, events = value
        self._events += events
        return pack, answers

    def _admit(self, actor: Any, facts: Mapping[str, Any]) -> None:
        """Let an actor take packs, if it is like this process and like the first actor."""
        expected = {**(self._facts or facts), **_versions()}
        if differences := [
            f"{name} {facts.get(name)} instead of {value}"
            for name, value in expected.items()
            if facts.get(name) != value
        ]:
            raise DlsError(
                f"an actor of the cluster has {', '.join(differences)}, and would give other last digits; give every "
                "node the same versions, and the run one kind of device"
            )
        self._facts = facts
        self._deaths.pop(None, None)
        self._waiting[actor] = None

    def _replace(self, actor: Any, pack: Pack | None, queue: deque[Pack], reason: str) -> None:
        """Put the packs of a lost actor back, and start another; the first of its packs may be the cause."""
        ray = library()
        tasks = [(reference, entry) for reference, (owner, entry) in self._running.items() if owner == actor]
        pack = tasks[0][1] if tasks else pack
        for reference, entry in reversed(tasks):
            del self._running[reference]
            queue.appendleft(entry)
        self._waiting.pop(actor, None)
        self._starting = {reference: owner for reference, owner in self._starting.items() if owner != actor}
        ray.kill(actor)
        self._deaths[pack] = self._deaths.get(pack, 0) + 1
        self._events.append(f"an actor was lost ({reason}); its packs ran again")
        if self._deaths[pack] >= _MAX_DEATHS:
            place = "on the same pack" if pack else "before they had loaded the model"
            raise DlsError(
                f"{_MAX_DEATHS} actors were lost {place} ({reason}); give each more memory, or go on with --resume"
            )
        self._start()


class _Actor:
    """Holds the model on a node of the cluster."""

    def __init__(self, load: Callable[[int], ModelBackend]) -> None:
        self._load = load
        self._model: Any = None

    def facts(self) -> dict[str, Any]:
        """Load the model, and return the versions and the description that must be the same on every node."""
        self._model = self._load(0)
        gc.freeze()
        return {**_versions(), **self._model.describe()}

    def run(self, pack: Pack) -> tuple[PackAnswers, list[str]]:
        """Return the answers of a pack, and the events since the pack before."""
        count = len(getattr(self._model, "memory_events", ()))
        answers = run_pack(self._model, pack)
        return answers, list(getattr(self._model, "memory_events", ()))[count:]


def _versions() -> dict[str, str]:
    return {"engine": ENGINE, **{name: version(name) for name in _PACKAGES}}


def _reason(error: Exception) -> str:
    """Return the name of an error of Ray, and the last line of its text, which names the cause."""
    return f"{type(error).__name__}: {' '.join(str(error).splitlines()[-1:]).strip()[:200]}"


def _one_sentence(error: BaseException) -> DlsError:
    if isinstance(error, DlsError):
        return error
    return DlsError(f"an actor failed ({type(error).__name__}: {error}); go on with --resume, or use a smaller pack")
