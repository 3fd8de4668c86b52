"""What the process for exact divergences measures."""

from collections.abc import Callable

from benchmarks.engine.meters import cpu, memory

KL_VOCABULARY = 151_936


def kl(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:  # noqa: ARG001
    """Return what the process for exact divergences can measure."""
    import torch

    from dls_probes.arithmetic.token_divergence import Head, kullback_leibler

    torch.set_num_threads(1)
    torch.manual_seed(0)
    hidden, other = torch.randn(2, 128, 256)
    heads = [Head(torch.randn(KL_VOCABULARY, 256) * 0.05, None, 1.0, None) for _ in range(2)]

    def blocks() -> dict[str, float]:
        with torch.inference_mode(), cpu() as spent, memory() as peak:
            found = kullback_leibler(
                lambda a, b: heads[0].logits(hidden, a, b), lambda a, b: heads[1].logits(other, a, b), KL_VOCABULARY
            )
        return {"cpu": spent[0], "peak": peak[0], "value": float(found.forward.mean())}

    def materialised() -> dict[str, float]:
        with torch.inference_mode(), cpu() as spent, memory() as peak:
            p, q = (
                head.logits(h, 0, KL_VOCABULARY).log_softmax(-1) for head, h in zip(heads, (hidden, other), strict=True)
            )
            forward = (p.exp() * (p - q)).sum(-1)
            (q.exp() * (q - p)).sum(-1)
        return {"cpu": spent[0], "peak": peak[0], "value": float(forward.mean())}

    return {"blocks": blocks, "materialised": materialised}
