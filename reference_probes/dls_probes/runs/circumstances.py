"""The circumstances of a run: facts beside a model's identity that may decide the last digits of its numbers."""

from importlib.metadata import version

from dls.model import Circumstances
from dls.standard.numbers import OWNERS_DEVICE, TEMPLATE_DAY
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.open_models import OpenModel
from dls_probes.tokens.tokenizer_behaviour import vocabulary_sha256

_TOKENIZING, _COMPUTING = ("transformers", "tokenizers"), ("torch",)


def software(spec: ModelSpec) -> dict[str, str]:
    """Return the circumstances that no model decides, by their names: the software, and the day that templates see.

    A server computes with its own software; this process only makes the token ids.
    """
    packages = _TOKENIZING if spec.device == OWNERS_DEVICE else (*_TOKENIZING, *_COMPUTING)
    return {"backend": spec.backend, **{name: version(name) for name in packages}, "template_day": TEMPLATE_DAY}


def circumstances_of(model: OpenModel, prompts_sha256: str | None = None) -> Circumstances:
    """Return the circumstances of an open model.

    Args:
        model: the model.
        prompts_sha256: the digest of the prompts that it was asked; None before any.
    """
    return Circumstances(
        **software(model.spec),
        device=model.description["device_class"],
        prompts_sha256=prompts_sha256,
        vocabulary_sha256=vocabulary_sha256(model.text.tokenizer),
    )
