"""What the process of lm-eval measures; its Python has no `dls`."""

from collections.abc import Callable

from benchmarks.engine.asked import requests
from benchmarks.engine.meters import cpu


def lm_eval(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:
    """Return what lm-eval's process can measure."""
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    torch.set_num_threads(1)
    model = HFLM(pretrained=folder, device="cpu", dtype="float32", batch_size=1, max_length=1024)

    def choices(*, one_token: bool, batch: int, part: int = contexts) -> dict[str, float]:
        model.batch_size_per_gpu = batch
        asked = requests(contexts, one_token=one_token)[:part]
        instances = [Instance("loglikelihood", {}, (c, choice), i) for c, a in asked for i, choice in enumerate(a)]
        with cpu() as spent:
            model.loglikelihood(instances, disable_tqdm=True)
        return {"cpu": spent[0]}

    return {"choices": choices}
