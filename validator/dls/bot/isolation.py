"""Each errand in a process of its own: with limits of time and memory, and gone when the bot is gone.

A server of `multiprocessing` that has loaded everything forks them, which takes milliseconds. The bot reads nothing but
JSON from them.
"""

import os
import resource
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from queue import SimpleQueue
from typing import NamedTuple

import msgspec

from dls.bot.errand import Errand, Outcome
from dls.bot.log_lines import open_log

_ASK, _YES, _NO = b"may I write?", b"yes", b"no"
_TICK = 0.5  # seconds between two looks at the clock and at the end of the bot
_PRELOAD = "dls.bot.warm_start"


class ProcessLimits(NamedTuple):
    """The seconds of an errand by the clock, and the bytes of memory and of one file that it may take."""

    seconds: float = 120.0
    memory: int = 4 << 30
    file: int = 1 << 30


class Hooks(NamedTuple):
    """The bot's side of an errand: `renew` prolongs the lease, `permit` for a write; `is_stopping` ends it early."""

    renew: Callable[[], bool]
    permit: Callable[[], bool]
    is_stopping: Callable[[], bool]


def start_server() -> None:
    """Start the process that forks the others; it loads all modules while the bot takes its first webhooks."""
    get_context("forkserver").set_forkserver_preload([_PRELOAD])
    ensure_running()


def run_isolated(errand: Errand, limits: ProcessLimits, hooks: Hooks) -> Outcome:
    """Run an errand and return its outcome; one that ends by a limit or a crash failed."""
    context = get_context("forkserver")
    connection, far_end = context.Pipe()
    process = context.Process(target=_child, args=(far_end, errand, limits), daemon=True)
    try:
        process.start()
        far_end.close()
        return _attend(connection, limits, hooks)
    except (EOFError, OSError, msgspec.DecodeError):
        return Outcome(None, "the check ended without a result")
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        process.close()
        connection.close()


def _attend(connection: Connection, limits: ProcessLimits, hooks: Hooks) -> Outcome:
    """Answer the questions of an errand and keep its lease until it ends."""
    deadline = time.monotonic() + limits.seconds
    while time.monotonic() < deadline:
        if connection.poll(min(_TICK, limits.seconds)):
            message = connection.recv_bytes(maxlength=1 << 16)
            if message != _ASK:
                return msgspec.json.decode(message, type=Outcome)
            connection.send_bytes(_YES if hooks.permit() else _NO)
        elif hooks.is_stopping():
            return Outcome(None, "the bot stops")
        elif not hooks.renew():
            return Outcome(None, "the lease went to another worker")
    return Outcome(None, f"the check did not end within {limits.seconds:g} s")


def _child(connection: Connection, errand: Errand, limits: ProcessLimits) -> None:
    """Run an errand in this process, which ends as soon as the bot's end of the connection is closed."""
    from dls.bot.errand_runner import run_errand  # start-up: the server that forks has loaded it

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the bot ends its errands itself
    open_log()
    _limit(limits)
    tempfile.tempdir = errand.scratch
    answers: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, answers), daemon=True).start()

    def permission() -> bool:
        connection.send_bytes(_ASK)
        return answers.get() == _YES

    connection.send_bytes(msgspec.json.encode(run_errand(errand, permission)))


def _listen(connection: Connection, answers: "SimpleQueue[bytes]") -> None:
    try:
        while True:
            answers.put(connection.recv_bytes())
    except (EOFError, OSError):
        os._exit(1)


def _limit(limits: ProcessLimits) -> None:
    seconds = int(limits.seconds) + 1
    bounds = (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, bound in bounds:
        most = resource.getrlimit(kind)[1]
        value = bound if most == resource.RLIM_INFINITY else min(bound, most)
        resource.setrlimit(kind, (value, value))
