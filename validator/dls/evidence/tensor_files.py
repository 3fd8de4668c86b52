"""The lists of stored tensors, which lie in a run's folder beside the folders of its manifests."""

from pathlib import Path, PurePosixPath

from dls.document.beside import locate
from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.identity.tensor_list import TensorDigest, parse_tensor_lines, tensors_sha256

_MOST_BYTES = 64 << 20  # of half a million tensors


def tensor_file(arm: str) -> str:
    """Return the name of the list of a model's tensors."""
    return f"tensors.{arm}.jsonl"


def tensors_beside(folder: Path, bundle: Bundle, arm: str) -> tuple[TensorDigest, ...] | None:
    """Return the tensors of a model from the list beside an entry of the statement's evidence.

    Args:
        folder: of the statement.
        bundle: an entry with a manifest.
        arm: of the model.

    Returns:
        None where the list is not at hand, or the manifest names no digest of it.

    Raises:
        DlsError: the list has another digest than the manifest names, or is too large.
    """
    manifest, path = bundle.manifest, bundle.evidence.path
    digest = manifest.arms[arm].tensors_sha256 if manifest and arm in manifest.arms else None
    if digest is None or path is None:
        return None

    def is_expected(file: Path) -> bool:
        return file.stat().st_size <= _MOST_BYTES and tensors_sha256(file.read_bytes()) == digest

    name = (PurePosixPath(path).parent.parent / tensor_file(arm)).as_posix()
    location = locate(folder, name, is_expected)
    return None if location.path is None else read_tensors(location.path, digest)


def read_tensors(path: Path, sha256: str) -> tuple[TensorDigest, ...]:
    """Return the tensors of a list that has to have a digest.

    Raises:
        DlsError: the list has another digest, is too large, or is no such list.
    """
    if (size := path.stat().st_size) > _MOST_BYTES:
        raise DlsError(f"{path} has {size >> 20} MiB, and a list of tensors at most {_MOST_BYTES >> 20}; delete it")
    return parse_tensor_lines(path.read_bytes(), sha256, str(path))
