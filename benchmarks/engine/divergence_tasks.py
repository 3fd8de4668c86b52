"""The tasks of the process for exact divergences."""

from collections.abc import Callable

from benchmarks.engine.meters import cpu, memory

KL_VOCABULARY = 151_936


def make_tasks(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:  # noqa: ARG001
    """Return the tasks of the process for exact divergences, by name."""
    import torch

    from dls_probes.arithmetic.head import Head, HeadLogits
    from dls_probes.arithmetic.token_divergence import kullback_leibler

    torch.set_num_threads(1)
    torch.manual_seed(0)
    states = torch.randn(2, 128, 256)
    heads = [Head(torch.randn(KL_VOCABULARY, 256) * 0.05, None, 1.0, None) for _ in range(2)]
    pairs = list(zip(heads, states, strict=True))

    def blocks() -> dict[str, float]:
        with torch.inference_mode(), cpu() as time, memory() as peak:
            p, q = (HeadLogits(head, hidden) for head, hidden in pairs)
            value = kullback_leibler(p, q, KL_VOCABULARY).forward.mean()
        return {"cpu": time[0], "peak": peak[0], "value": float(value)}

    def materialised() -> dict[str, float]:
        with torch.inference_mode(), cpu() as time, memory() as peak:
            p, q = (head.logits(hidden, 0, KL_VOCABULARY).log_softmax(-1) for head, hidden in pairs)
            forward = (p.exp() * (p - q)).sum(-1)
            (q.exp() * (q - p)).sum(-1)
        return {"cpu": time[0], "peak": peak[0], "value": float(forward.mean())}

    return {"blocks": blocks, "materialised": materialised}
