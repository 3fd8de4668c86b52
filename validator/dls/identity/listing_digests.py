"""The digests that follow from the files of a model alone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dls.canonical import listing_sha256
from dls.identity.listing import METADATA, kind_of
from dls.model import ModelFile

_TOKENIZER_KINDS = ("tokenizer", "template")
_GGUF_METADATA = f".gguf{METADATA}"  # it holds the tokenizer and the template


class ListingDigests(NamedTuple):
    """The digests over sorted lines ``<sha256>  <file>``, each None where no file counts for it.

    Attributes:
        weights: over the weight files.
        reading: over the files beside them that decide an answer: all but the index, which only divides the tensors.
        tokenizer: over those of the tokenizer and of chat templates.

    """

    weights: str | None
    reading: str | None
    tokenizer: str | None


def digests_of_files(files: Sequence[ModelFile]) -> ListingDigests:
    """Return the digests that follow from the files of a model or of an adapter."""
    return ListingDigests(
        _sha256(file for file in files if kind_of(file.name) == "weights"),
        _sha256(reading_files(files)),
        _sha256(file for file in files if _is_tokenizers(file.name)),
    )


def reading_files(files: Iterable[ModelFile]) -> tuple[ModelFile, ...]:
    """Return the files beside the weights that decide an answer."""
    return tuple(file for file in files if kind_of(file.name) not in (None, "weights", "index"))


def _is_tokenizers(name: str) -> bool:
    return kind_of(name) in _TOKENIZER_KINDS or name.endswith(_GGUF_METADATA)


def _sha256(files: Iterable[ModelFile]) -> str | None:
    listing = {file.name: file.sha256 for file in files}
    return listing_sha256(listing) if listing else None
