"""One revision of a model repository: the list of its files, and those that you fetch, up to a limit.

The client is `huggingface_hub`, so endpoint, token and cache are those of its users (`HF_ENDPOINT`, `HF_TOKEN`,
`HF_HOME`, `HF_HUB_OFFLINE`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from huggingface_hub import HfApi
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from dls.errors import DlsError

_SECONDS = 30.0  # for the answer to one request
_TRANSPORT: Any = HfHubHTTPError.__bases__[0]  # the base of every error of the client's HTTP library, under any name
_FORM: tuple[type[Exception], ...] = (KeyError, TypeError, AttributeError)  # of an answer that lacks a member
_FAULTS: tuple[type[Exception], ...] = (OSError, ValueError, RuntimeError, _TRANSPORT, *_FORM)
_LOGIN = "log in with `hf auth login`, or set HF_TOKEN"


class MissingRepository(DlsError):  # noqa: N818 - the name says the problem
    """A repository or revision that is not there, or that you may not read."""


class MissingRevision(MissingRepository):
    """A revision that a repository which you may read does not have."""


class SilentHub(DlsError):  # noqa: N818 - the name says the problem
    """A hub that does not answer, or not as a hub does; it may do so later."""


class HubFile(NamedTuple):
    """A file of a repository: its size in bytes, and its SHA-256 where the hub lists one (for large files)."""

    size: int
    sha256: str | None


class FetchBudget:
    """The bytes and files that one check may fetch, and the folder for them; None for the client's own cache."""

    def __init__(self, most_bytes: int, most_files: int = 2000, cache: Path | None = None) -> None:
        """Take the limits of a check."""
        self.most_bytes, self.cache = most_bytes, cache
        self._bytes, self._files = most_bytes, most_files

    def spend(self, place: str, size: int) -> None:
        """Count a file before it is fetched.

        Raises:
            DlsError: the files of the check would be more, or larger, than the limits.
        """
        self._bytes -= size
        self._files -= 1
        if self._bytes < 0:
            limit = f"over the limit of {self.most_bytes >> 20} MiB for all files of a check"
            raise DlsError(f"{place} has {size:,} bytes, {limit}; raise it with --limit, or check a local copy")
        if self._files < 0:
            raise DlsError(f"{place}: the check needs too many files; check a local copy")


class Repository(NamedTuple):
    """One revision of a repository, with the list of its files."""

    api: HfApi
    name: str
    commit: str
    files: Mapping[str, HubFile]

    @property
    def place(self) -> str:
        """The name and the commit, as messages give them."""
        return f"{self.name}@{self.commit}"

    def fetch(self, file: str, budget: FetchBudget) -> Path:
        """Return the path of a file in the client's cache, after fetching it where it is not there.

        Raises:
            DlsError: the file is too large, or the hub does not give it.
        """
        budget.spend(f"{self.place}: {file}", self.files[file].size)
        with explained(self.name, self.commit):
            return Path(self.api.hf_hub_download(self.name, file, revision=self.commit, cache_dir=budget.cache))


def open_repository(api: HfApi, name: str, revision: str | None = None) -> Repository:
    """Return a revision of a repository, by default that of its main branch. One request.

    Raises:
        MissingRepository: it is not there, or is gated or private and you may not read it.
        DlsError: the hub does not answer, or with something else.
    """
    with explained(name, revision):
        answer = api.model_info(name, revision=revision, files_metadata=True, timeout=_SECONDS)
        files = {entry.rfilename: HubFile(entry.size or 0, _sha256(entry.lfs)) for entry in answer.siblings or ()}
    if answer.sha is None:
        raise DlsError(f"{name}: the hub names no commit of '{revision or 'main'}'; check HF_ENDPOINT")
    return Repository(api, name, answer.sha, files)


def _sha256(lfs: object) -> str | None:
    digest = getattr(lfs, "sha256", None)
    return digest if isinstance(digest, str) else None


@contextmanager
def explained(name: str, revision: str | None) -> Iterator[None]:
    """Turn the errors of the client into one sentence each.

    Raises:
        MissingRepository: it, or the revision, is not there or may not be read.
        SilentHub: the hub does not answer as a hub does.
        DlsError: the name is none of a repository.
    """
    try:
        yield
    except GatedRepoError as error:
        problem = "is gated, and you may not read it; accept its terms on its page, and then"
        raise MissingRepository(f"{name} {problem} {_LOGIN}") from error
    except RepositoryNotFoundError as error:
        problem = "is not there, or is private and you may not read it; check the name, or"
        raise MissingRepository(f"{name} {problem} {_LOGIN}") from error
    except RevisionNotFoundError as error:
        raise MissingRevision(f"{name} has no revision '{revision}'; name a commit, branch or pull request") from error
    except HFValidationError as error:
        raise DlsError(f"'{name}' is no name of a repository; wanted OWNER/NAME") from error
    except _FAULTS as error:
        problem = " ".join(str(error).split())[:300] or type(error).__name__
        raise SilentHub(
            f"{name}: the hub does not answer as a hub does ({problem}); check HF_ENDPOINT and the network"
        ) from error
