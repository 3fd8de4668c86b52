"""The tasks of the process of lm-eval; its Python has no `dls`."""

from collections.abc import Callable

from benchmarks.engine.meters import cpu
from benchmarks.engine.workload import requests


def make_tasks(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:
    """Return the tasks of lm-eval's process, by name."""
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    torch.set_num_threads(1)
    model = HFLM(pretrained=folder, device="cpu", dtype="float32", batch_size=1, max_length=1024)

    def choices(*, one_token: bool, batch: int, part: int = contexts) -> dict[str, float]:
        model.batch_size_per_gpu = batch
        pairs = requests(contexts, one_token=one_token)[:part]
        instances = [Instance("loglikelihood", {}, (c, choice), i) for c, a in pairs for i, choice in enumerate(a)]
        with cpu() as time:
            model.loglikelihood(instances, disable_tqdm=True)
        return {"cpu": time[0]}

    return {"choices": choices}
