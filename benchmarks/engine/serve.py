"""A process that does tasks: `python -m benchmarks.engine.serve KIND FOLDER CONTEXTS`."""

import gc
import json
import sys
from collections.abc import Callable

from benchmarks.engine.meters import memory


def tasks_of(kind: str, folder: str, contexts: int) -> Callable[[str], Callable[..., dict[str, float]]]:
    """Return a look-up of the tasks of one kind of process; only the modules of that kind are imported."""
    if kind == "engine":
        from benchmarks.engine.engine_tasks import EngineTasks

        engine = EngineTasks(folder, contexts)
        return lambda name: getattr(engine, name)
    if kind == "harness":
        from benchmarks.engine import harness_tasks

        return harness_tasks.make_tasks(folder, contexts).__getitem__
    from benchmarks.engine import divergence_tasks

    return divergence_tasks.make_tasks(folder, contexts).__getitem__


def serve_tasks(kind: str, folder: str, contexts: int) -> None:
    """Do the tasks that arrive on standard input, one JSON object in each line."""
    find_task = tasks_of(kind, folder, contexts)
    _touch_weights()
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        arguments = json.loads(line)
        task = find_task(arguments.pop("task"))
        with memory() as peak:
            measurements = task(**arguments)
        print(json.dumps({"peak": peak[0], **measurements}), file=answers, flush=True)


def _touch_weights() -> None:
    """Read each weight once: a mapped file takes memory only then, and this memory belongs to loading."""
    import torch

    for item in gc.get_objects():
        if isinstance(item, torch.nn.Parameter):
            item.detach().sum()


if __name__ == "__main__":
    serve_tasks(sys.argv[1], sys.argv[2], int(sys.argv[3]))
