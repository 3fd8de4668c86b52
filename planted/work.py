"""Do a plan's tasks in worker processes of one thread each."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from planted.plan import Task, phases


def run(task: Task, out: Path) -> str:
    """Do one task in a process of one thread; what is on the disk already is not done again."""
    import torch
    from transformers.utils import logging

    from planted.seated import aimed, seated
    from planted.sitting import Sitting
    from planted.students import make, student

    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if task.phase == "make":
        make(student(task.made.name), out)
    elif task.where is None:
        aimed(student(task.made.name), task.made.strength, out)
    else:
        sitting = Sitting(task.where, out)
        for seat in task.seats:
            seated(student(seat.name), seat.strength, sitting)
    return task.label


def measure(out: Path, workers: int, draws: int, chosen: tuple[str, ...] = ()) -> None:
    """Do everything, phase by phase; with `chosen` probes only what they measure."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for tasks in phases(draws, chosen):
            started = time.monotonic()
            waiting = [pool.submit(run, task, out) for task in tasks]
            for count, done in enumerate(as_completed(waiting), 1):
                spent = time.monotonic() - started
                left = spent / count * (len(tasks) - count)
                sys.stderr.write(f"{done.result()}: {count} of {len(tasks)}, {spent:.0f} s, about {left:.0f} s left\n")
                sys.stderr.flush()
