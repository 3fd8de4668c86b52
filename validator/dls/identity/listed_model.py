"""A model as a repository lists it: the digests of its files, without the files."""

import msgspec

from dls.canonical import listing_sha256
from dls.identity.listing import kind_of
from dls.identity.listing_digests import reading_files
from dls.model import ModelFile


class ListedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files that loading may read in one revision of a repository.

    Attributes:
        repository: its name, such as `example/student`.
        revision: the commit.
        files: each with the digest that the repository lists, or that of its bytes where it was fetched.
        undigested: the names of files whose digest is unknown, sorted.
        problem: why the files of the model cannot be told; None where they are `files` and `undigested`.
        is_missing: whether the repository is there and has no such revision.

    """

    repository: str
    revision: str
    files: tuple[ModelFile, ...] = ()
    undigested: tuple[str, ...] = ()
    problem: str | None = None
    is_missing: bool = False

    @property
    def place(self) -> str:
        """The repository and the revision, as messages give them."""
        return f"{self.repository} at {self.revision}"

    @property
    def weights_sha256(self) -> str | None:
        """The digest over the weight files; None where one of them has no digest, or there is none."""
        weights = {file.name: file.sha256 for file in self.files if kind_of(file.name) == "weights"}
        return listing_sha256(weights) if weights and not self.undigested_weights else None

    @property
    def undigested_weights(self) -> tuple[str, ...]:
        """The names of the weight files whose digest is unknown."""
        return tuple(name for name in self.undigested if kind_of(name) == "weights")

    @property
    def reading(self) -> dict[str, ModelFile]:
        """The files beside the weights that decide an answer, by name."""
        return {file.name: file for file in reading_files(self.files)}


class ListedRevisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model at the revision that a statement names, and in the repository that the statement lies in.

    Attributes:
        pinned: at the revision of the statement; None where the statement names no revision on the hub.
        current: in the statement's own repository, at the revision in which it was read; None for other models.

    """

    pinned: ListedModel | None = None
    current: ListedModel | None = None
