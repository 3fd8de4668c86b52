"""Where packs run: in this process, or in worker processes that each hold the model."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.answering import run_pack
from dls_probes.engine.protocols import ModelBackend, PackAnswers
from dls_probes.packs import Pack

Load = Callable[[], ModelBackend]
_DEATHS = 3  # a pack that so many workers died on is at fault itself


class InProcessExecutor:
    """Runs packs one after the other on a model that is already loaded."""

    def __init__(self, model: ModelBackend) -> None:
        self.model = model

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once, in the given order."""
        for pack in packs:
            yield pack, run_pack(self.model, pack)

    def events(self) -> list[str]:
        """Return the packs that were halved for memory."""
        return list(getattr(self.model, "memory_events", ()))

    def close(self) -> None:
        """Do nothing: the model goes with its last reference."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    pack: Pack | None = None


@dataclass(slots=True)
class WorkerPool:
    """Runs packs in processes of its own; a pack whose worker dies goes to a new one.

    Attributes:
        load: loads the model in a worker; it must be picklable.
        count: number of workers.

    """

    load: Load
    count: int
    _workers: list[_Worker] = field(default_factory=list)
    _events: list[str] = field(default_factory=list)

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once; the order is that in which workers finish.

        Raises:
            DlsError: a worker cannot load the model, a pack fails, or three workers died on the same pack.

        """
        waiting = deque(packs)
        deaths: dict[Pack, int] = {}
        while len(self._workers) < min(self.count, len(waiting)):
            self._workers.append(self._started())
        for worker in self._workers:
            _give(worker, waiting)
        while busy := {worker.pipe: worker for worker in self._workers if worker.pack is not None}:
            for ready in wait(list(busy)):
                worker = busy[ready]  # type: ignore[index]  # only connections are waited for
                pack = worker.pack
                assert pack is not None
                try:
                    answers, error, events = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker, pack, deaths)
                    waiting.appendleft(pack)
                    self._feed(waiting)
                    continue
                if error is not None:
                    raise error
                self._events += events
                worker.pack = None
                _give(worker, waiting)
                yield pack, answers

    def events(self) -> list[str]:
        """Return the packs that were halved for memory and the workers that died."""
        return list(self._events)

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(timeout=2)
            worker.process.kill()
            worker.process.join()
        self._workers.clear()

    def _feed(self, waiting: deque[Pack]) -> None:
        for worker in self._workers:
            if worker.pack is None:
                _give(worker, waiting)

    def _replace(self, worker: _Worker, pack: Pack, deaths: dict[Pack, int]) -> None:
        worker.process.join()
        code = worker.process.exitcode
        deaths[pack] = deaths.get(pack, 0) + 1
        self._events.append(f"a worker ended with code {code}; its pack ran again")
        if deaths[pack] >= _DEATHS:
            raise DlsError(
                f"{_DEATHS} workers ended with code {code} on the same pack; give the machine more memory, or use fewer workers"
            )
        self._workers[self._workers.index(worker)] = self._started()

    def _started(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self.load), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _give(worker: _Worker, waiting: deque[Pack]) -> None:
    if waiting:
        worker.pack = waiting.popleft()
        try:
            worker.pipe.send(worker.pack)
        except OSError:
            return  # it died in between; receiving from it says so


def _work(pipe: Connection, load: Load) -> None:
    """Answer packs until the other end closes; send (answers, error, events) for each."""
    model: Any = None
    while True:
        try:
            pack = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            model = model or load()
            seen = len(getattr(model, "memory_events", ()))
            answers = run_pack(model, pack)
            pipe.send((answers, None, list(getattr(model, "memory_events", ()))[seen:]))
        except KeyboardInterrupt:
            return
        except DlsError as error:
            pipe.send((None, error, []))
        except Exception as error:  # noqa: BLE001  the other end stops the run with one sentence
            pipe.send(
                (
                    None,
                    DlsError(
                        f"a pack failed in a worker ({type(error).__name__}: {error}); go on with --resume, or use a smaller pack"
                    ),
                    [],
                )
            )
