"""A process that answers measurements: `python -m benchmarks.engine.serve KIND FOLDER CONTEXTS`."""

import gc
import json
import sys
from collections.abc import Callable

from benchmarks.engine.meters import memory


def tasks_of(kind: str, folder: str, contexts: int) -> Callable[[str], Callable[..., dict[str, float]]]:
    """Return a kind of process's tasks by name; only what it needs is imported."""
    if kind == "ours":
        from benchmarks.engine.ours import Ours

        engine = Ours(folder, contexts)
        return lambda name: getattr(engine, name)
    if kind == "lm_eval":
        from benchmarks.engine.lm_eval import lm_eval

        return lm_eval(folder, contexts).__getitem__
    from benchmarks.engine.divergences import kl

    return kl(folder, contexts).__getitem__


def serve(kind: str, folder: str, contexts: int) -> None:
    """Answer measurements asked for on standard input, one JSON object a line."""
    task = tasks_of(kind, folder, contexts)
    _touch_weights()
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        with memory() as peak:
            found = task(asked.pop("task"))(**asked)
        print(json.dumps({"peak": peak[0], **found}), file=answers, flush=True)


def _touch_weights() -> None:
    """Read every weight once: a mapped file takes memory only then, and that is the memory of loading."""
    import torch

    for one in gc.get_objects():
        if isinstance(one, torch.nn.Parameter):
            one.detach().sum()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
