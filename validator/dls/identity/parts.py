"""The parts of an identity that decide a model's answers, however its files are divided or written."""

from collections.abc import Mapping, Sequence

from dls.identity.listing_digests import reading_files
from dls.model import ModelFile, ModelIdentity

TENSORS = "tensors"
"""The name of the part that is all stored tensors together."""


def decisive_parts(identity: ModelIdentity) -> Mapping[str, str | None]:
    """Return the digest of each part by its name: the tensors, and each file beside the weights.

    A JSON file has the digest of its value. Another division of the tensors into files changes no part, nor does
    saving the files again.
    """
    parts: dict[str, str | None] = {TENSORS: identity.tensors_sha256, **_reading_parts(identity.files)}
    if identity.adapter is not None:
        parts |= {f"adapter's {TENSORS}": identity.adapter.tensors_sha256}
        parts |= {f"adapter's {name}": digest for name, digest in _reading_parts(identity.adapter.files).items()}
    return parts


def _reading_parts(files: Sequence[ModelFile]) -> dict[str, str]:
    return {file.name: file.value_sha256 or file.sha256 for file in reading_files(files)}
