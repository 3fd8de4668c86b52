"""Evidence beside a statement: find it within the statement's folder, digest it and read it.

Nothing is fetched, and no path leads out of the folder.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from dls.canonical import file_sha256
from dls.document.alteration import alteration_hint
from dls.document.beside import Location, has_digest, locate
from dls.document.composer import MAX_VALUES
from dls.document.engines import Engines, engines_in_use
from dls.document.reader import MAX_BYTES, UnreadableDocument, contents, parse
from dls.model import Evidence, Manifest, RecordFile, ReproductionReport, frozen
from dls.standard.form import violations

_OVERSIZE = f"is larger than {MAX_BYTES >> 20} MiB, so it is no manifest"
_EXCESS = f"the files before it hold {MAX_BYTES >> 20} MiB or {MAX_VALUES} values already, and it is not read"


class Bundle(msgspec.Struct, frozen=True):
    """One evidence entry with its file, as far as it is there."""

    entry: int  # the index in the statement's evidence
    evidence: Evidence
    location: Location
    sha256: str | None = None
    bytes: int | None = None
    manifest: Manifest | None = None
    problem: str | None = None  # why the file is no manifest

    @property
    def intact(self) -> bool:
        """Whether the file is present with the digest that the statement names."""
        return self.sha256 is not None and self.sha256 == self.evidence.sha256

    @property
    def is_in_excess(self) -> bool:
        """Whether the file was not read because the files before it are large."""
        return self.problem is _EXCESS


class Allowance:
    """The bytes and values that the files of one statement may hold together: as many as one document."""

    def __init__(self) -> None:
        self._bytes, self._values = MAX_BYTES, MAX_VALUES

    def read(self, path: Path) -> tuple[bytes, bool]:
        """Return the bytes of a file, at most one more than a document may have, and whether they may be read.

        Raises:
            UnreadableDocument: the file cannot be opened.
        """
        data = contents(path)
        self._bytes -= len(data)
        return data, self._bytes >= 0 and self._values > 0

    def spend(self, values: int) -> None:
        """Count the values of a document."""
        self._values -= values


def open_bundles(folder: Path, entries: Sequence[Evidence]) -> tuple[Bundle, ...]:
    """Locate the manifests of a statement's evidence, digest them and read them, each file once."""
    shelf = _Shelf()
    return tuple(
        shelf.bundle(i, entry, locate(folder, entry.path, has_digest(entry.sha256, entry.bytes)))
        for i, entry in enumerate(entries)
    )


class _Shelf:
    """The files of a statement's evidence that are open already; it may list one file two thousand times."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._digest = cache(file_sha256)
        self._manifests: dict[Path, tuple[Manifest | None, str | None]] = {}

    def bundle(self, index: int, evidence: Evidence, location: Location) -> Bundle:
        path = location.path
        if path is None:
            return Bundle(index, evidence, location)
        try:
            size = path.stat().st_size
            large = size > MAX_BYTES
            # a large file of this kind or of another size is wrong in any case, so its digest does not matter
            skips_digest = large and (evidence.kind == "regenerated" or evidence.bytes not in (None, size))
            digest = None if skips_digest else self._digest(path)
            manifest, problem = (None, _OVERSIZE) if large else self._manifest(path)
        except (OSError, UnreadableDocument):
            return Bundle(index, evidence, Location("unreadable"))
        return Bundle(index, evidence, location, digest, size, manifest, problem)

    def _manifest(self, path: Path) -> tuple[Manifest | None, str | None]:
        if path not in self._manifests:
            data, is_within = self._allowance.read(path)
            size, manifest, problem = _read(data, str(path), engines_in_use()) if is_within else (0, None, _EXCESS)
            self._allowance.spend(size)
            self._manifests[path] = manifest, problem
        return self._manifests[path]


@lru_cache(maxsize=4)  # the statements of a tree may share their evidence
def _read(data: bytes, path: str, _: Engines) -> tuple[int, Manifest | None, str | None]:
    """Return the number of a document's values, with a manifest or the reason why it is none."""
    try:
        document = parse(data, path)
    except UnreadableDocument as error:
        return MAX_VALUES // 4, None, error.problem  # it may have been a long way to the fault
    if violation := next(violations(document, "evidence"), None):
        return document.size, None, f"{violation.pointer or 'the manifest'}: {violation.message}"
    try:
        manifest = frozen(document.value, Manifest)
    except msgspec.ValidationError as error:
        return document.size, None, str(error)
    return document.size, msgspec.structs.replace(manifest, extensions={}), None  # all manifests stay in memory


def open_report(path: Path, allowance: Allowance) -> ReproductionReport | str:
    """Return a reproduction report, or the reason why a file is none.

    Args:
        path: of the file.
        allowance: of the statement that lists the report.
    """
    try:
        data, is_within = allowance.read(path)
        if not is_within:
            return _EXCESS
        document = parse(data, str(path))
        allowance.spend(document.size)
        if violation := next(violations(document, "reproduction"), None):
            return f"{violation.pointer or 'the report'}: {violation.message}"
        return frozen(document.value, ReproductionReport)
    except UnreadableDocument as error:
        return error.problem
    except msgspec.ValidationError as error:
        return str(error)


def record_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the problems of the record files in a manifest's folder: absent, outside, of another size or digest."""
    digest, hint = cache(file_sha256), cache(alteration_hint)  # a manifest may list one file a hundred times
    for records in manifest.records:
        path = (location := locate(folder, records.path, has_digest(records.sha256, records.bytes))).path
        try:
            problem = f"are {location.state}" if path is None else _byte_problem(path, records, digest)
        except OSError:
            path, problem = None, "are unreadable"
        if problem is not None:
            yield f"the records '{records.path}' {problem}{hint(path, records.sha256) if path else ''}"


def _byte_problem(path: Path, records: RecordFile, digest: Callable[[Path], str]) -> str | None:
    if (size := path.stat().st_size) != records.bytes:
        return f"have {size} bytes, not {records.bytes}"
    if digest(path) != records.sha256:
        return f"have the digest {digest(path)}, not {records.sha256}"
    return None
