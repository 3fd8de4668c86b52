"""The architectures that this release asks: models that continue one text, and classifiers of one text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dls.errors import DlsError

CLASSIFIER = "ForSequenceClassification"
_WRITERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForImageTextToText")
_KINDS = (
    ("ForMaskedLM", "a masked language model, which reads the answer that it scores"),
    ("Model", "a body without a head that writes text, as models for sentence embeddings are"),
)
"""The ends of class names in `config.json`, and the kinds of model that they mean."""
_EMBEDDINGS = ("config_sentence_transformers.json", "1_Pooling")
_ASKED = "this release asks models that continue one text and classifiers of one text"


def expect_asked_architecture(folder: Path, config: Any) -> None:
    """Refuse a model of another kind than the two that this release asks.

    The library would load half of such a model, or load it under a head that it was not trained for.

    Args:
        folder: of the model.
        config: of the library, as it reads `config.json`.

    Raises:
        DlsError: an encoder–decoder, a masked language model, a body without a head, sentence embeddings, or a head
            for another task.
    """
    names: Sequence[str] = config.architectures or ()
    title = names[0] if names else config.model_type
    if config.is_encoder_decoder or config.get_text_config(decoder=True).is_encoder_decoder:
        raise DlsError(
            f"{folder} is an encoder with a decoder ({title}), and {_ASKED}; the decoder alone is another model"
        )
    if any((folder / name).exists() for name in _EMBEDDINGS):
        raise DlsError(f"{folder} holds a model for sentence embeddings ({title}), and {_ASKED}")
    if names and not any(name.endswith((CLASSIFIER, *_WRITERS)) for name in names):
        kind = next((kind for end, kind in _KINDS if title.endswith(end)), "a head for another task")
        raise DlsError(
            f"{folder} holds {kind} ({title}), and {_ASKED}; name the folder of one, or correct `architectures` in "
            "config.json where it names the wrong class"
        )
