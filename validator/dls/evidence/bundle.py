"""Evidence beside a statement: find it within the statement's folder, digest it and read it.

Nothing is fetched, and no path leads out of the folder.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.canonical import file_sha256
from dls.document.beside import Location, has_digest, locate
from dls.document.reader import MAX_BYTES, Document, UnreadableDocument, parse, read
from dls.model import Evidence, Manifest, Report, frozen
from dls.standard.schemas import violations


class Bundle(NamedTuple):
    """One evidence entry with its file, as far as it is there."""

    entry: int  # the index in the statement's evidence
    evidence: Evidence
    location: Location
    sha256: str | None = None
    bytes: int | None = None
    document: Document | None = None
    manifest: Manifest | None = None
    problem: str | None = None  # why the file is no manifest

    @property
    def intact(self) -> bool:
        """Whether the file is present with the digest that the statement names."""
        return self.sha256 is not None and self.sha256 == self.evidence.sha256


def open_bundle(folder: Path, index: int, evidence: Evidence) -> Bundle:
    """Locate an evidence entry's manifest, digest it and read it."""
    location = locate(folder, evidence.path, has_digest(evidence.sha256, evidence.bytes))
    path = location.path
    if path is None:
        return Bundle(index, evidence, location)
    size = path.stat().st_size
    large = size > MAX_BYTES
    # a large file of this kind or of another size is wrong in any case, so its digest does not matter
    skips_digest = large and (evidence.kind == "regenerated" or evidence.bytes not in (None, size))
    bundle = Bundle(index, evidence, location, None if skips_digest else file_sha256(path), size)
    if large:
        return bundle._replace(problem=f"is larger than {MAX_BYTES >> 20} MiB, so it is no manifest")
    document, manifest, problem = _read(path.read_bytes(), str(path))
    return bundle._replace(document=document, manifest=manifest, problem=problem)


@lru_cache(maxsize=4)  # a statement may list one file two thousand times
def _read(data: bytes, path: str) -> tuple[Document | None, Manifest | None, str | None]:
    """Return a manifest with its document, or the reason why there is none."""
    try:
        document = parse(data, path)
    except UnreadableDocument as error:
        return None, None, error.problem
    if violation := next(violations(document, "evidence"), None):
        return document, None, f"{violation.pointer or 'the manifest'}: {violation.message}"
    try:
        return document, frozen(document.value, Manifest), None
    except msgspec.ValidationError as error:
        return document, None, str(error)


def open_report(path: Path) -> Report | None:
    """Read a reproduction report; None where the file is none (`dls validate` of the file says why)."""
    try:
        document = read(path)
        if next(violations(document, "reproduction"), None) is not None:
            return None
        return frozen(document.value, Report)
    except (UnreadableDocument, msgspec.ValidationError):
        return None


def record_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the problems of the record files in a manifest's folder: absent, outside, of another size or digest."""
    for records in manifest.records:
        location = locate(folder, records.path, has_digest(records.sha256, records.bytes))
        if location.path is None:
            yield f"the records '{records.path}' are {location.state}"
        elif (size := location.path.stat().st_size) != records.bytes:
            yield f"the records '{records.path}' have {size} bytes, not {records.bytes}"
        elif (digest := file_sha256(location.path)) != records.sha256:
            yield f"the records '{records.path}' have the digest {digest}, not {records.sha256}"
