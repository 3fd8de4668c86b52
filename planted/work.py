"""Do a plan's tasks in worker processes of one thread each."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from planted.plan import Task, phases


def run(task: Task, out: Path) -> str:
    """Do one task in a process of one thread; results that are on the disk are not made again."""
    import torch
    from transformers.utils import logging

    from planted.calibrated import calibrate, evaluate
    from planted.evaluation import Evaluation
    from planted.students import find_student, make

    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if task.phase == "make":
        make(find_student(task.target.name), out)
    elif task.draw is None:
        calibrate(find_student(task.target.name), task.target.label, out)
    else:
        evaluation = Evaluation(task.draw, out)
        for entry in task.students:
            evaluate(find_student(entry.name), entry.label, evaluation)
    return task.label


def measure(out: Path, workers: int, draws: int, selection: tuple[str, ...] = ()) -> None:
    """Do all tasks, phase by phase; a `selection` of probes limits the tasks to those probes."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for tasks in phases(draws, selection):
            start = time.monotonic()
            futures = [pool.submit(run, task, out) for task in tasks]
            for count, future in enumerate(as_completed(futures), 1):
                elapsed = time.monotonic() - start
                rest = elapsed / count * (len(tasks) - count)
                progress = f"{count} of {len(tasks)}, {elapsed:.0f} s, about {rest:.0f} s left"
                sys.stderr.write(f"{future.result()}: {progress}\n")
                sys.stderr.flush()
