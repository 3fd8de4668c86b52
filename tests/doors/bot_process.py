"""The bot as a process of its own, in front of the stand-in hub."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.doors.stand_in_hub import BOT, StoredRepository
from tests.doors.webhooks import Hook

from dls.bot.marker import MARKER

SECRET = "a secret of the tests"  # noqa: S105 - of no other bot
Value = TypeVar("Value")


class BotProcess:
    """`dls hub serve` on a free port; `lines` holds its log."""

    def __init__(self, environment: Mapping[str, str], queue: Path | str, *options: str) -> None:
        words = ["hub", "serve", "--port", "0", "--queue", str(queue), *options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dls.commands.cli", *words],
            env={"WEBHOOK_SECRET": SECRET, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self._address: str | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as log:
            self._sort(log)

    def _sort(self, log: Iterable[str]) -> None:
        for line in log:
            try:
                entry = json.loads(line)
            except ValueError:
                self.noise.append(line)
                continue
            if match := re.search(r"running on (http://\S+)", entry["event"]):
                self._address = match[1]
            self.lines.append(entry)

    @property
    def address(self) -> str:
        """The address of the running bot."""
        return until(lambda: self._address or self._end(), 30)

    def _end(self) -> None:
        assert self.process.poll() is None, "".join(self.noise)

    @property
    def hook(self) -> Hook:
        return Hook(f"{self.address}/webhook", SECRET)

    def checks(self) -> list[dict[str, Any]]:
        """Return the log's lines about checks."""
        return [line for line in self.lines if line["event"] == "check"]

    def end(self) -> int:
        """Wait until it ends by itself, and return the exit code."""
        code = self.process.wait(timeout=30)
        self._reader.join()
        return code

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def stop(self) -> int:
        """Ask it to stop, and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self._reader.join()
        return code


@contextmanager
def running_bot(environment: Mapping[str, str], queue: Path | str, *options: str) -> Iterator[BotProcess]:
    """Run a bot, and stop it."""
    bot = BotProcess(environment, queue, *options)
    try:
        assert bot.address
        yield bot
    finally:
        if bot.process.poll() is None:
            bot.stop()


def until(look: Callable[[], Value | None], seconds: float = 20.0) -> Value:
    """Return what a look finds, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (value := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return value


def comments(repository: StoredRepository, num: int = 1) -> list[str]:
    """Return the bot's visible comments in a discussion."""
    events = repository.discussions[num]["events"]
    texts = [
        event["data"]["latest"]["raw"]
        for event in list(events)
        if event["author"]["name"] == BOT and not event["data"]["hidden"]
    ]
    return [text for text in texts if text.startswith(MARKER)]


def comment_about(repository: StoredRepository, commit: str, num: int = 1) -> str | None:
    """Return the bot's comment, if it is about a commit."""
    return next((text for text in comments(repository, num) if f"commit={commit} state=checked" in text), None)
