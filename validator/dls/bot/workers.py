"""The threads that take tasks from the store, one process each, and give them back done, later or given up.

They look for a task when a webhook wakes them and once a second besides, for another machine may have stored one. So no
second queue carries wake-up calls: whatever such a queue lost, the store still has.
"""

import logging
import shutil
import tempfile
import threading
import time
from typing import NamedTuple

from dls.bot.counters import Counters
from dls.bot.errand import CheckOptions, Errand, Outcome
from dls.bot.event import Task
from dls.bot.isolation import Hooks, ProcessLimits, run_isolated, start_server
from dls.bot.log_lines import log_event
from dls.bot.scratch import ScratchFolder
from dls.bot.store import Store, StoreFault

_LOOK, _PAUSE, _SWEEP = 1.0, 5.0, 60.0  # seconds between looks; after a fault of the store; between sweeps
_WRITE = 60.0  # seconds of lease for the requests that write a comment


class Persistence(NamedTuple):
    """How often a task is tried, and the seconds after its failures: each is four times the one before."""

    tries: int = 3  # of a check that broke
    silent_tries: int = 12  # of a hub that did not answer: about six hours
    first: float = 5.0
    longest: float = 3600.0

    def delay(self, failures: int) -> float:
        """Return the seconds until the next try, after some failures before the present one."""
        return float(min(self.first * 4.0**failures, self.longest))


class WorkerOptions(NamedTuple):
    """The number of threads, and the limits of what they do; `lease` is that of the store, in seconds."""

    check: CheckOptions
    threads: int = 2
    lease: float = 30.0
    limits: ProcessLimits = ProcessLimits()
    persistence: Persistence = Persistence()
    grace: float = 20.0  # seconds to end running checks when the bot stops


class Workers:
    """The threads, and the folder in which their processes work."""

    def __init__(self, store: Store, options: WorkerOptions, counters: Counters) -> None:
        """Take a store; `start` starts them."""
        self._store, self._options, self._counters = store, options, counters
        self._wake, self._stopping, self._hurry = threading.Event(), threading.Event(), threading.Event()
        self._author: str | None = None
        self._threads: tuple[threading.Thread, ...] = ()
        self._scratch: ScratchFolder | None = None

    def start(self) -> None:
        """Start the threads."""
        self._scratch = ScratchFolder()
        start_server()
        targets = (self._sweep, *[self._work] * self._options.threads)
        self._threads = tuple(threading.Thread(target=target, daemon=True) for target in targets)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there may be a task."""
        self._wake.set()

    @property
    def are_alive(self) -> bool:
        """Whether each thread runs."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Take no further task, let running checks end, and put back those that take longer than the grace."""
        self._stopping.set()
        self._wake.set()
        deadline = time.monotonic() + self._options.grace
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._hurry.set()
        for thread in self._threads:
            thread.join()
        if self._scratch is not None:
            self._scratch.close()

    def _sweep(self) -> None:
        while True:
            try:
                self._store.sweep()
            except StoreFault as error:
                log_event(logging.ERROR, "store_fault", problem=str(error))
            if self._stopping.wait(_SWEEP):
                return

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                task = self._store.lease()
                if task is not None:
                    self._do(task)
                    continue
                self._wake.wait(_LOOK)
                self._wake.clear()
            except (StoreFault, OSError) as error:  # the lease ends by itself, and the task is done again
                log_event(logging.ERROR, "fault", problem=str(error))
                self._stopping.wait(_PAUSE)

    def _do(self, task: Task) -> None:
        started = time.monotonic()
        outcome = self._run(task)
        if outcome.result is not None:
            self._store.finish(task, "done")
        elif self._hurry.is_set():
            self._store.finish(task, "waiting")
        elif task.failures + 1 < self._tries(outcome):
            self._store.finish(task, "waiting", self._options.persistence.delay(task.failures))
        else:
            outcome = self._give_up(task, outcome)
        seconds = time.monotonic() - started
        self._counters.check(outcome.result or "failed", seconds)
        log_event(
            logging.INFO if outcome.result else logging.WARNING,
            "check",
            repository=task.repository,
            discussion=task.num,
            events=len(task.events),
            result=outcome.result or "failed",
            problem=outcome.problem,
            failures=task.failures,
            seconds=round(seconds, 3),
        )

    def _tries(self, outcome: Outcome) -> int:
        return self._options.persistence.silent_tries if outcome.is_silence else self._options.persistence.tries

    def _give_up(self, task: Task, outcome: Outcome) -> Outcome:
        """Write that the task was given up, where the hub takes it, and put its events aside."""
        sentence = f"I could not check this, tried {task.failures + 1} times, and gave up: {outcome.problem}."
        farewell = self._run(task, sentence)
        self._store.finish(task, "abandoned")
        unwritten = "" if farewell.result else f"; and the comment that says so: {farewell.problem}"
        return Outcome("abandoned", outcome.problem + unwritten)

    def _run(self, task: Task, farewell: str | None = None) -> Outcome:
        assert self._scratch is not None, "the workers were not started"
        self._scratch.path.mkdir(exist_ok=True)  # something on this machine may clean up
        scratch = tempfile.mkdtemp(dir=self._scratch.path)
        errand = Errand(task, self._options.check, scratch, self._author, farewell)
        try:
            outcome = run_isolated(errand, self._options.limits, self._hooks(task))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        self._author = outcome.author or self._author
        return outcome

    def _hooks(self, task: Task) -> Hooks:
        last = time.monotonic()

        def renew() -> bool:
            nonlocal last
            if time.monotonic() - last < self._options.lease / 3:
                return True
            last = time.monotonic()
            return self._store.renew(task)

        return Hooks(renew, lambda: self._store.renew(task, _WRITE), self._hurry.is_set)
