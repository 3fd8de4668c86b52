"""Run `dls probe run`, kill it at random moments, resume, until some kills are spent; then let it end.

Each run is a forked child of this process, so that the libraries are imported once.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from dls.commands.cli import main as dls

KILLS = 5


def words(teacher, student, out, *more):
    return [
        "probe", "run", "--teacher", teacher, "--student", student,
        "--scenario", "demo", "--n", "12", "--out", str(out), *more
    ]  # fmt: skip


def child(arguments):
    """Run the command in a forked process that says nothing."""
    process = os.fork()
    if process:
        return process
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os._exit(dls(arguments))


def main(teacher, student, scratch):
    moments = random.Random(0)  # noqa: S311  nothing secret
    whole, killed = scratch / "whole", scratch / "killed"
    dls(words(teacher, student, scratch / "warm"))  # what is imported here is not imported by every child
    started = time.monotonic()
    codes = [os.waitstatus_to_exitcode(os.waitpid(child(words(teacher, student, whole)), 0)[1])]
    longest = time.monotonic() - started
    kills = at_work = 0
    resume = ()
    while True:
        started = time.monotonic()
        process = child(words(teacher, student, killed, *resume))
        resume = ("--resume",)
        moment = (0.05 + 0.6 * moments.random()) * longest if kills < KILLS else 120.0
        while not (ended := os.waitpid(process, os.WNOHANG))[0] and time.monotonic() - started < moment:
            time.sleep(0.002)
        if ended[0]:
            codes.append(os.waitstatus_to_exitcode(ended[1]))
            break
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        kills += 1
        at_work += (killed / ".unfinished").is_dir()
    json.dump({"kills": kills, "at_work": at_work, "codes": codes}, sys.__stdout__)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
