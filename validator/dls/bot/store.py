"""Where events are until they are done. The store is the truth: a worker that is killed loses nothing of it.

An event is received, then leased until a time, then done. A lease belongs to one worker and covers a repository, so one
repository never takes two workers. An expired lease is free for the next worker. Nothing needs to be put back: a worker
that looks for a task looks at the leases.
"""

from typing import Literal, NamedTuple, Protocol

from dls.bot.event import Event, Task
from dls.errors import DlsError

Receipt = Literal["stored", "duplicate", "limited"]
"""A new event that is on the disk now; one that was stored before; one of a repository with too many that wait."""

State = Literal["waiting", "done", "abandoned"]


class StoreFault(DlsError):  # noqa: N818 - the name says the problem
    """A store that cannot be read or written now."""


class StoreLimits(NamedTuple):
    """The times of a store in seconds, and the most events of one repository that may wait."""

    lease: float = 30.0
    rest: float = 2.0  # between the starts of two checks of one repository
    retention: float = 30 * 86400.0  # of a finished event, by which a replay is known
    most_waiting: int = 200


class Store(Protocol):
    """A queue of events that outlives its process. Each method may raise `StoreFault`."""

    def add(self, event: Event) -> Receipt:
        """Store an event; when this returns "stored" it survives a kill."""

    def lease(self) -> Task | None:
        """Return the task that waits longest and whose repository is free and rested; None where there is none."""

    def renew(self, task: Task, seconds: float | None = None) -> bool:
        """Prolong a lease; False where another worker may have it, and this one must not write."""

    def finish(self, task: Task, state: State = "done", delay: float = 0.0) -> bool:
        """Give a lease back.

        Args:
            task: whose lease it is.
            state: of its events from now on. "waiting" keeps them for the next try.
            delay: in seconds until then; over 0 it counts as a failure.

        Returns:
            Whether the lease was still this worker's; otherwise nothing changes.

        """

    def sweep(self) -> int:
        """Forget finished events that are older than the retention, and return their number."""

    def waiting(self) -> int:
        """Return the number of events that wait or are leased."""

    def state(self, key: str) -> State | None:
        """Return the state of an event; None for one that is not in the store."""

    def close(self) -> None:
        """Let go of files and connections."""
