"""The circumstances of a run: facts beside a model's identity that may decide the last digits of its numbers."""

from importlib.metadata import version

from dls.model import Circumstances
from dls_probes.runs.open_models import OpenModel
from dls_probes.tokens.chat_template import TEMPLATE_DAY
from dls_probes.tokens.tokenizer_behaviour import vocabulary_sha256


def circumstances_of(model: OpenModel, prompts_sha256: str | None = None) -> Circumstances:
    """Return the circumstances of an open model.

    Args:
        model: the model.
        prompts_sha256: the digest of the prompts that it was asked; None before any.
    """
    return Circumstances(
        backend="transformers",
        device=model.description["device_class"],
        transformers=version("transformers"),
        tokenizers=version("tokenizers"),
        torch=version("torch"),
        template_day=TEMPLATE_DAY.isoformat(),
        prompts_sha256=prompts_sha256,
        vocabulary_sha256=vocabulary_sha256(model.text.tokenizer),
    )
