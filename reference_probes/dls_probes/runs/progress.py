"""Progress that a person can read: a bar per model on a terminal, a plain line every 30 s elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_PLAIN_EVERY = 30.0  # seconds


class Bar:
    """The progress of one model over one probe's items.

    Args:
        label: what runs, such as `teacher · uncertainty.multiple_choice`.
        items: how many there are.
        console: where to draw; standard error by default.

    """

    def __init__(self, label: str, items: int, console: Console | None = None) -> None:
        self.label, self.items, self.done, self.tokens = label, items, 0, 0
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
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=self._console)
            self._task = self._bar.add_task(self.label, total=self.items, speed="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self.done == self.items:
            self._line()

    def advance(self, items: int = 0, tokens: int = 0) -> None:
        """Count finished items and read or written tokens."""
        self.done += items
        self.tokens += tokens
        if self._bar is not None:
            self._bar.update(self._task, advance=items, speed=f"{self._speed():,.0f} tokens/s")
        elif time.monotonic() - self._printed > _PLAIN_EVERY:
            self._line()

    def _speed(self) -> float:
        return self.tokens / max(time.monotonic() - self._started, 1e-3)

    def _line(self) -> None:
        self._printed = time.monotonic()
        seconds = self._printed - self._started
        rest = f"{seconds / self.done * (self.items - self.done):.0f} s left" if self.done else "time left unknown"
        self._console.print(
            f"{self.label}: {self.done}/{self.items} items, {self._speed():,.0f} tokens/s, {rest}",
            soft_wrap=True,
            highlight=False,
        )
