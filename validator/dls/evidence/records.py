"""Evidence on disk: a manifest and its record files; both hold only reproducible facts."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.document.alteration import alteration_hint
from dls.document.beside import departure, has_digest, locate
from dls.errors import DlsError
from dls.evidence.files import replace_file
from dls.evidence.manifest_access import access_of, common_access
from dls.evidence.same_shape import have_same_shape
from dls.model import Manifest, RecordFile
from dls.probe import Probe, Shape, items_sha256
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile, with_data_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrasings_sha256
from dls.standard.registry import Metric

MANIFEST = "manifest.json"
MOST_UNITS = 1_000_000
LARGEST_RECORD = 1 << 16  # bytes


class RecordError(DlsError):
    """A record file does not match its manifest; the message names the file and the line."""


class RecordedRun(NamedTuple):
    """A manifest with its probe, its items regenerated from the seed, and its records by arm."""

    manifest: Manifest
    probe: Probe
    items: Sequence[Any]
    records: Mapping[str, Sequence[Any]]

    def metric(self, name: str) -> Metric:
        """Return a metric that its probe measures."""
        return next(measure.entry for measure in self.probe.measures if measure.metric == name)


class ErrorRecord(msgspec.Struct, frozen=True):
    """The record of an item that ended in an error, for any probe; `error` reads ``Class: message``."""

    id: str
    error: str


def write_records(folder: Path, arm: str, records: Iterable[msgspec.Struct]) -> RecordFile:
    """Write one arm's records, each as a line of canonical JSON, and return the file's entry in a manifest."""
    lines = [canonical_json(msgspec.to_builtins(record)) + b"\n" for record in records]
    data = b"".join(lines)
    name = f"{arm}.jsonl"
    replace_file(folder / name, data)
    digest = sha256_hex(data)
    return RecordFile(arm=arm, path=name, sha256=digest, bytes=len(data), count=len(lines))  # type: ignore[arg-type]


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write a manifest, indented for readers, and return the SHA-256 of its bytes."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    replace_file(folder / MANIFEST, data)
    return sha256_hex(data)


def read_evidence(
    manifest: Manifest,
    folder: Path,
    phrasings: Phrasings = PHRASINGS,
    data: Mapping[str, DataFile] = MappingProxyType({}),
    sampled_probe: Probe | None = None,
) -> RecordedRun:
    """Regenerate the items from the seed and read all records that the manifest lists.

    Args:
        manifest: of the run.
        folder: of the manifest.
        phrasings: of the questions.
        data: by probe, the files of the items.
        sampled_probe: the probe that makes the items, where an audit asked a sample of them.

    Raises:
        DlsError: this release lacks the probe or its version, the items have no seed or other phrasings, or a record
            file is missing.
        RecordError: the items have another digest; or a record file is altered, is no file, or breaks its schema.
    """
    probe = sampled_probe or _on_file_of(find_probe(manifest.probe.id, manifest.probe.version), manifest, folder, data)
    if manifest.items.seed is None:
        raise DlsError(f"{folder}: the items come from a data file and have no seed; you cannot regenerate them")
    if manifest.items.phrasings_sha256 != phrasings_sha256(phrasings):
        digest = manifest.items.phrasings_sha256 or "of the probe itself"
        raise DlsError(
            f"{folder}: the items have phrasings with digest {digest}, which are not at hand; "
            "you cannot regenerate them"
        )
    check_sizes(manifest, folder)
    items = make_items(probe, manifest.items.seed, manifest.items.n, phrasings)
    if items_sha256(items) != manifest.items.sha256:
        raise RecordError(
            f"{folder}: seed {manifest.items.seed} makes items with digest {items_sha256(items)}, "
            f"the manifest says {manifest.items.sha256}"
        )
    records: dict[str, Sequence[Any]] = {
        entry.arm: _read(folder, entry, probe.at(access_of(manifest, entry.arm)), items) for entry in manifest.records
    }
    return RecordedRun(manifest, probe.at(common_access(manifest)), items, records)


def check_sizes(manifest: Manifest, folder: Path) -> None:
    """Refuse a manifest whose sizes contradict each other, before they decide how much is made or read."""
    n = manifest.items.n
    if any(entry.bytes < n for entry in manifest.records):
        raise RecordError(f"{folder}: the record files are too small for the {n} items of the manifest")
    if n > MOST_UNITS:
        raise DlsError(
            f"{folder}: {n} units, and this release makes items for at most {MOST_UNITS}; they are not judged"
        )
    if any(entry.bytes > max(entry.count, n) * LARGEST_RECORD or entry.count > 100 * n for entry in manifest.records):
        raise RecordError(f"{folder}: the record files are too large for the {n} items of the manifest")


def _on_file_of(probe: Probe, manifest: Manifest, folder: Path, data: Mapping[str, DataFile]) -> Probe:
    """Return the probe with items from the data file that the manifest names; the probe itself where it names none."""
    entry = manifest.items.file
    if entry is None:
        return probe
    file = data.get(probe.id)
    if file is None or file.sha256 != entry.sha256:
        raise DlsError(
            f"{folder}: the items come from {entry.name} with digest {entry.sha256}, which is not at hand; "
            f"give it with --data {probe.id}={entry.name}"
        )
    return with_data_file(probe, file)


def make_items(probe: Probe, seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> Sequence[Any]:
    """Return the items of n units.

    Raises:
        DlsError: n is less than 1.
    """
    if n < 1:
        raise DlsError(f"{probe.id} cannot make {n} items; ask for at least 1")
    return probe.items(seed, n, phrasings)


def _read(folder: Path, entry: RecordFile, probe: Probe, items: Sequence[Any]) -> Sequence[Any]:
    data = record_bytes(folder, entry)
    return parse_records(data.splitlines(), probe, items, str(folder / entry.path), entry.arm)


def record_bytes(folder: Path, entry: RecordFile) -> bytes:
    """Return the bytes of a record file in its manifest's folder.

    Raises:
        RecordError: the file has another size or digest, or is no file.
        DlsError: the file is not at hand.
    """
    location = locate(folder, entry.path, has_digest(entry.sha256, entry.bytes))
    is_behind_link = location.state == "outside" and departure(entry.path) is None
    if is_behind_link or location.state in ("missing", "unreadable"):  # who cannot get the records accuses nobody
        raise DlsError(
            f"{folder / entry.path}: the records are {location.state}; fetch them into the manifest's folder, "
            "and let this account read them"
        )
    path = location.path
    if path is None:
        raise RecordError(
            f"{folder / entry.path}: the records are {location.state}; keep them in the manifest's folder"
        )
    try:
        return _stated_bytes(path, entry)
    except OSError as error:
        raise DlsError(f"{path}: the records cannot be read ({error.strerror}); let this account read them") from error


def _stated_bytes(path: Path, entry: RecordFile) -> bytes:
    """Return the bytes of a record file that a manifest names.

    Raises:
        RecordError: the file has another size or digest.
        DlsError: a tool of the reader changed the file on its way; this says nothing about the publisher.
    """
    size, data = path.stat().st_size, b""
    problem = f"the records have {size} bytes, the manifest says {entry.bytes}"
    if size == entry.bytes:
        data = path.read_bytes()
        if (digest := sha256_hex(data)) == entry.sha256:
            return data
        problem = f"the records have digest {digest}, the manifest says {entry.sha256}"
    hint = alteration_hint(path, entry.sha256)
    raise (DlsError if hint else RecordError)(f"{path}: {problem}{hint}")


def parse_records(
    lines: Sequence[bytes], probe: Probe, items: Sequence[Any], path: str, arm: str = "student"
) -> Sequence[Any]:
    """Return one record for each item, the arm's worst record where the item ended in an error.

    Raises:
        RecordError: a line is not the record of its item.
    """
    if len(lines) != len(items):
        raise RecordError(f"{path}: {len(lines)} records for {len(items)} items; each item has exactly one")
    shape = probe.shape(arm)
    decoder = msgspec.json.Decoder(shape.record)
    return [
        _record(line, f"{path}:{number}", item, probe, shape, decoder)
        for number, (line, item) in enumerate(zip(lines, items, strict=True), 1)
    ]


def _record(line: bytes, place: str, item: Any, probe: Probe, shape: Shape, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        if b'"error":' in line and (failure := _failure(line)) is not None:
            record = shape.failed(item) if failure["id"] == item.id else None
        else:
            record = decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{place}: no record of {probe.id}: {error}") from error
    if record is None or record.id != item.id:
        raise RecordError(f"{place}: the record is not that of item {item.id!r}; records stand in item order")
    if not have_same_shape(record, shape.failed(item)):
        raise RecordError(f"{place}: the record holds more or fewer answers than item {item.id!r} asks for")
    return record


def _failure(line: bytes) -> dict[str, Any] | None:
    value = msgspec.json.decode(line)
    return value if isinstance(value, dict) and set(value) == {"id", "error"} else None
