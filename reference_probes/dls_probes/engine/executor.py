"""Where packs run: in this process, or in worker processes that each hold the model."""

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.answering import run_pack
from dls_probes.engine.protocols import ModelBackend, PackAnswers
from dls_probes.packs import Pack

Load = Callable[[int], ModelBackend]
"""Loads the model of a worker, whose number from 0 chooses its GPU."""
Check = Callable[[], None]
_READY = "ready"  # the first message of a worker
_NO_START = (
    "a worker process could not start (code {}); a script that starts workers needs `if __name__ == '__main__':` "
    "around its call, since each worker reads the script first"
)
_MAX_DEATHS = 3  # workers that may die on one pack before the pack itself is the cause


class InProcessExecutor:
    """Runs packs one after another on a model in this process; `check` runs after each pack, and raises to stop."""

    def __init__(self, model: ModelBackend, check: Check) -> None:
        self.model = model
        self._check = check
        gc.freeze()  # otherwise a full collection walks over all objects of the library, for a fifth of a second each

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once, in order."""
        for pack in packs:
            answers = run_pack(self.model, pack)
            self._check()
            yield pack, answers

    def events(self) -> list[str]:
        """Return the packs halved for memory, a sentence each."""
        return list(getattr(self.model, "memory_events", ()))

    def close(self) -> None:
        """Leave the model to its last reference, and what was there when it came to the collector again."""
        gc.unfreeze()


@dataclass(slots=True)
class _Worker:
    number: int
    process: SpawnProcess
    pipe: Connection
    pack: Pack | None = None
    ready: bool = False  # its process has read the modules that it needs


@dataclass(slots=True)
class WorkerPool:
    """Runs packs in worker processes; a pack whose worker dies goes to a new worker.

    Attributes:
        load: loads the model in a worker of some number; must be picklable.
        count: number of workers.
        check: runs after each pack, and raises to stop.

    """

    load: Load
    count: int
    check: Check
    _workers: list[_Worker] = field(default_factory=list)
    _events: list[str] = field(default_factory=list)

    def map(self, packs: Iterable[Pack]) -> Iterator[tuple[Pack, PackAnswers]]:
        """Run every pack once, in the order in which the workers finish.

        Raises:
            DlsError: a worker cannot load the model, a pack fails, or three workers died on the same pack.

        """
        queue = deque(packs)
        deaths: dict[Pack, int] = {}
        while len(self._workers) < min(self.count, len(queue)):
            self._workers.append(self._start(len(self._workers)))
        self._feed(queue)
        while busy := {worker.pipe: worker for worker in self._workers if worker.pack is not None}:
            for pipe in wait(list(busy)):
                answer = self._receive(busy[pipe], queue, deaths)  # type: ignore[index]  # `wait` got connections alone
                if answer is not None:
                    self.check()
                    yield answer

    def events(self) -> list[str]:
        """Return the packs halved for memory and the workers that died, a sentence each."""
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

    def _feed(self, queue: deque[Pack]) -> None:
        for worker in self._workers:
            if worker.pack is None:
                _assign(worker, queue)

    def _receive(self, worker: _Worker, queue: deque[Pack], deaths: dict[Pack, int]) -> tuple[Pack, PackAnswers] | None:
        """Return a worker's pack with its answers; None where the worker died and its pack is back in the queue."""
        pack = worker.pack
        assert pack is not None
        try:
            message = worker.pipe.recv()
            if message == _READY:
                worker.ready = True
                return None
            answers, error, events = message
        except (EOFError, OSError):
            worker.process.join()
            if not worker.ready and (worker.process.exitcode or 0) > 0:  # no signal ended it: it failed to start
                raise DlsError(_NO_START.format(worker.process.exitcode)) from None
            self._replace(worker, pack, deaths)
            queue.appendleft(pack)
            self._feed(queue)
            return None
        if error is not None:
            raise error
        self._events += events
        worker.pack = None
        _assign(worker, queue)
        return pack, answers

    def _replace(self, worker: _Worker, pack: Pack, deaths: dict[Pack, int]) -> None:
        code = worker.process.exitcode
        deaths[pack] = deaths.get(pack, 0) + 1
        self._events.append(f"a worker ended with code {code}; its pack ran again")
        if deaths[pack] >= _MAX_DEATHS:
            raise DlsError(f"{_MAX_DEATHS} workers ended with code {code} on the same pack; {_death_remedy(code)}")
        self._workers[worker.number] = self._start(worker.number)

    def _start(self, number: int) -> _Worker:
        context = multiprocessing.get_context("spawn")
        pipe, worker_pipe = context.Pipe()
        process = context.Process(target=_work, args=(worker_pipe, self.load, number), daemon=True)
        process.start()
        worker_pipe.close()
        return _Worker(number, process, pipe)


def _death_remedy(code: int | None) -> str:
    """Return what to do about workers that end with a code; a process without Python's own error ends with 1."""
    if code == 1:
        return (
            "they could not start, and the error above says why: a script that asks for workers needs "
            '`if __name__ == "__main__":` around its calls'
        )
    return "give the machine more memory, or use fewer workers"


def _assign(worker: _Worker, queue: deque[Pack]) -> None:
    if queue:
        worker.pack = queue.popleft()
        try:
            worker.pipe.send(worker.pack)
        except OSError:
            return  # the worker died in between; `_receive` notices it


def _work(pipe: Connection, load: Load, number: int) -> None:
    """Answer packs until the other end closes the pipe; send (answers, error, events) for each."""
    model: Any = None
    with suppress(OSError):  # the other end is gone already; the loop ends then
        pipe.send(_READY)
    while True:
        try:
            pack = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            if model is None:
                model = load(number)
                gc.freeze()
            count = len(getattr(model, "memory_events", ()))
            answers = run_pack(model, pack)
            pipe.send((answers, None, list(getattr(model, "memory_events", ()))[count:]))
        except KeyboardInterrupt:
            return
        except Exception as error:  # noqa: BLE001  the other end stops the run with one sentence
            pipe.send((None, _one_sentence(error), []))


def _one_sentence(error: Exception) -> DlsError:
    if isinstance(error, DlsError):
        return error
    return DlsError(
        f"a pack failed in a worker ({type(error).__name__}: {error}); go on with --resume, or use a smaller pack"
    )
