"""The labels of a sequence classifier, and the number of places that it can use, from its configuration."""

from pathlib import Path
from typing import Any

from dls.errors import DlsError

_COUNTED_FROM_PADDING = frozenset(
    ("camembert", "data2vec-text", "esm", "ibert", "layoutlmv3", "lilt", "longformer", "luke", "markuplm", "mpnet",
     "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl", "xmod")
)  # fmt: skip
"""Model types that count places from the padding token's id: the places up to it are never used."""


def labels_of(config: Any, folder: Path) -> tuple[str, ...]:
    """Return a classifier's label names in the order of its outputs; an empty tuple for another kind of model.

    Raises:
        DlsError: the head does not choose one of two or more labels, or two labels have the same name.
    """
    if not any(name.endswith("ForSequenceClassification") for name in config.architectures or ()):
        return ()
    labels = tuple(str(config.id2label[index]) for index in sorted(config.id2label))
    if config.problem_type not in (None, "single_label_classification"):
        raise DlsError(
            f"{folder} has a head for {config.problem_type}, whose outputs are no distribution over labels; "
            "this release asks heads that choose one label"
        )
    if len(labels) < 2:  # noqa: PLR2004  a choice needs two
        raise DlsError(
            f"{folder} has a head with {len(labels)} output, which is a score and no distribution over labels; "
            "this release asks heads that choose one label among two or more"
        )
    if len(set(labels)) < len(labels) or "" in labels:
        raise DlsError(
            f"{folder} names its labels {', '.join(map(repr, labels))}; give each a name of its own in id2label of "
            "config.json"
        )
    return labels


def unused_places(config: Any) -> int:
    """Return the number of a model's places that no token can take."""
    if config.model_type not in _COUNTED_FROM_PADDING:
        return 0
    return 1 + int(config.pad_token_id or 0)
