"""Do a plan's tasks in worker processes of one thread each."""

import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from planted.plan import Task


def run(task: Task, out: Path) -> float:
    """Do one task in a process of one thread, and return its CPU seconds; results on the disk are not made again."""
    import torch
    from transformers.utils import logging

    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    start = time.process_time()
    _do(task, out)
    return time.process_time() - start


def _do(task: Task, out: Path) -> None:
    from planted import red_team
    from planted.calibrated import calibrate, evaluate
    from planted.evaluation import Evaluation
    from planted.readings import read_strength
    from planted.students import find_student, make

    if task.draw is not None:
        evaluation = Evaluation(task.draw, out)
        for name, label in task.students:
            evaluate(find_student(name), label, evaluation)
        return
    ((name, label),) = task.students
    student = find_student(name)
    if task.phase == "make":
        make(student, out)
    elif task.phase == "calibrate":
        calibrate(student, label, out)
    elif task.phase == "read":
        read_strength(student, label, task.probe, out)
    else:
        red_team.search(student, red_team.target_of(task.probe, task.metric), out)


def measure(out: Path, workers: int, phases: Iterable[list[Task]]) -> None:
    """Do all tasks, phase by phase."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for tasks in phases:
            start, cpu = time.monotonic(), 0.0
            labels = {pool.submit(run, task, out): task.label for task in tasks}
            for count, future in enumerate(as_completed(labels), 1):
                cpu += future.result()
                elapsed = time.monotonic() - start
                rest = elapsed / count * (len(tasks) - count)
                progress = f"{count} of {len(tasks)}, {elapsed:.0f} s, {cpu:.0f} s of CPU, about {rest:.0f} s left"
                sys.stderr.write(f"{labels[future]}: {progress}\n")
                sys.stderr.flush()
