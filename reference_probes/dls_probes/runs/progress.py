"""Progress that a person can read: a bar per model on a terminal, a plain line every 30 s elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

_PLAIN_EVERY = 30.0  # seconds
_MINUTE = 60.0


def _unknown(_: float) -> float | None:
    return None


class Bar:
    """The progress of one model over one probe's requests.

    Items finish late, some all at once at the end. So the bar counts answered requests.

    Args:
        label: what runs, such as `probe 2 of 6, model 1 of 2 · teacher · uncertainty.multiple_choice`.
        requests: how many to expect; a round that asks more raises it.
        clock: from the finished share of these requests to the seconds that the whole run still takes, None where that
            is not known.
        console: where to draw; standard error by default.

    """

    def __init__(
        self,
        label: str,
        requests: int,
        clock: Callable[[float], float | None] = _unknown,
        console: Console | None = None,
    ) -> None:
        self.label, self.requests, self.done, self.tokens = label, max(requests, 1), 0, 0
        self._clock = clock
        self._console = console or Console(file=sys.stderr)
        self._started = self._printed = time.monotonic()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        self._started = self._printed = time.monotonic()
        if self._console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[speed]}"),
                TextColumn("{task.fields[left]}"),
            )
            self._bar = Progress(*columns, console=self._console)
            self._task = self._bar.add_task(self.label, total=self.requests, speed="", left="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif error is None:
            self._line()

    def expect(self, requests: int) -> None:
        """Raise the number of requests to expect: an answer asked for more."""
        self.requests = max(self.requests, requests)

    def advance(self, requests: int = 0, tokens: int = 0) -> None:
        """Count answered requests and read or written tokens."""
        self.done += requests
        self.tokens += tokens
        if self._bar is not None:
            speed = f"{self._speed():,.0f} tokens/s"
            self._bar.update(self._task, completed=self.done, total=self.requests, speed=speed, left=self._time_left())
        elif requests and time.monotonic() - self._printed > _PLAIN_EVERY:
            self._line()

    def _speed(self) -> float:
        return self.tokens / max(time.monotonic() - self._started, 1e-3)

    def _time_left(self) -> str:
        return time_in_words(self._clock(min(self.done / self.requests, 1.0)))

    def _line(self) -> None:
        self._printed = time.monotonic()
        self._console.print(
            f"{self.label}: {self.done:,} of {max(self.requests, self.done):,} requests, "
            f"{self._speed():,.0f} tokens/s, {self._time_left()}",
            soft_wrap=True,
            highlight=False,
        )


def time_in_words(seconds: float | None) -> str:
    """Return a time that is left, such as `38 min left`."""
    if seconds is None:
        return "time left unknown"
    return f"{seconds:.0f} s left" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:,.0f} min left"
