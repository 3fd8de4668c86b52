"""Evidence on disk: a manifest and its record files, both holding only what is determined."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from dls.canonical import canonical_json, sha256_hex
from dls.errors import DlsError
from dls.evidence.bundle import locate
from dls.evidence.same_shape import have_same_shape
from dls.model import Manifest, RecordFile
from dls.probe import Probe, Shape, items_sha256
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile, on_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings, phrasings_sha256

MANIFEST = "manifest.json"
MOST_UNITS = 1_000_000
LARGEST_RECORD = 1 << 16  # bytes


class RecordError(DlsError):
    """A record file does not hold what its manifest says; carries the file and the line."""


class RecordedRun(NamedTuple):
    """A manifest with its probe, the items made again from its seed, and the records by arm."""

    manifest: Manifest
    probe: Probe
    items: Sequence[Any]
    records: Mapping[str, Sequence[Any]]


class ErrorRecord(msgspec.Struct, frozen=True):
    """The record of an item that ended in an error, for any probe; `error` reads ``Class: message``."""

    id: str
    error: str


def write_records(folder: Path, arm: str, records: Iterable[msgspec.Struct]) -> RecordFile:
    """Write one arm's records, a canonical JSON line each, and return what a manifest says about the file."""
    lines = [canonical_json(msgspec.to_builtins(record)) + b"\n" for record in records]
    data = b"".join(lines)
    name = f"{arm}.jsonl"
    replace_file(folder / name, data)
    return RecordFile(arm=arm, path=name, sha256=sha256_hex(data), bytes=len(data), count=len(lines))  # type: ignore[arg-type]


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write a manifest, indented for people, and return the SHA-256 of its bytes."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    replace_file(folder / MANIFEST, data)
    return sha256_hex(data)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a kill leaves the old one or the new one, never half of it.

    Raises:
        DlsError: the path is a folder, the disk is full, or the folder cannot be written.
    """
    if path.is_dir():
        raise DlsError(f"{path} is a folder; name a file")
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise DlsError(f"{path} cannot be written ({error.strerror}); make room or choose another folder") from error


def read_evidence(
    manifest: Manifest,
    folder: Path,
    phrasings: Phrasings = PHRASINGS,
    data: Mapping[str, DataFile] = MappingProxyType({}),
) -> RecordedRun:
    """Make the items again from the seed and read every record that the manifest lists.

    Raises:
        DlsError: this release lacks the probe or its version, the items come from no seed or are put in other phrasings,
            or a record file is missing.
        RecordError: the items have another digest, or a record file is altered, no file, or breaks its schema.
    """
    known = _on_its_file(find_probe(manifest.probe.id, manifest.probe.version), manifest, folder, data)
    if manifest.items.seed is None:
        raise DlsError(f"{folder}: the items come from a data file and have no seed; they cannot be made again")
    if manifest.items.phrasings_sha256 != phrasings_sha256(phrasings):
        raise DlsError(
            f"{folder}: the items are put in phrasings with digest {manifest.items.phrasings_sha256 or 'of the probe itself'}, which are not at hand; they cannot be made again"
        )
    _refuse_what_bursts(manifest, folder)
    items = make_items(known, manifest.items.seed, manifest.items.n, phrasings)
    if items_sha256(items) != manifest.items.sha256:
        raise RecordError(
            f"{folder}: seed {manifest.items.seed} makes items with digest {items_sha256(items)}, the manifest says {manifest.items.sha256}"
        )
    return RecordedRun(manifest, known, items, {e.arm: _read(folder, e, known, items) for e in manifest.records})


def _refuse_what_bursts(manifest: Manifest, folder: Path) -> None:
    """Hold a manifest's numbers to each other before anything is made or read in that number."""
    n = manifest.items.n
    if any(entry.bytes < n for entry in manifest.records):
        raise RecordError(f"{folder}: the record files are too small for the {n} items of the manifest")
    if n > MOST_UNITS:
        raise DlsError(
            f"{folder}: {n} units, and this release makes items for at most {MOST_UNITS}; they are not judged"
        )
    if any(entry.bytes > max(entry.count, n) * LARGEST_RECORD or entry.count > 100 * n for entry in manifest.records):
        raise RecordError(f"{folder}: the record files are too large for the {n} items of the manifest")


def _on_its_file(known: Probe, manifest: Manifest, folder: Path, data: Mapping[str, DataFile]) -> Probe:
    """Return the probe with its items drawn from the file that the manifest names; itself where it names none."""
    named = manifest.items.file
    if named is None:
        return known
    given = data.get(known.id)
    if given is None or given.sha256 != named.sha256:
        raise DlsError(
            f"{folder}: the items were drawn from {named.name} with digest {named.sha256}, which is not at hand; "
            f"give it with --data {known.id}={named.name}"
        )
    return on_file(known, given)


def make_items(known: Probe, seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> Sequence[Any]:
    """Return the items of n units.

    Raises:
        DlsError: n is less than 1.
    """
    if n < 1:
        raise DlsError(f"{known.id} was asked for {n} items; ask for at least 1")
    return known.items(seed, n, phrasings)


def _read(folder: Path, entry: RecordFile, known: Probe, items: Sequence[Any]) -> Sequence[Any]:
    located = locate(folder, entry.path)
    if located.state == "missing":  # whoever cannot get the records can judge nothing, and accuses nobody
        raise DlsError(f"{folder / entry.path}: the records are missing; fetch them into the manifest's folder")
    if located.path is None:
        raise RecordError(f"{folder / entry.path}: the records are {located.state}; they lie in the manifest's folder")
    path = located.path
    if (size := path.stat().st_size) != entry.bytes:
        raise RecordError(f"{path}: the records have {size} bytes, the manifest says {entry.bytes}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{path}: the records cannot be read ({error.strerror})") from error
    if sha256_hex(data) != entry.sha256:
        raise RecordError(f"{path}: the records have digest {sha256_hex(data)}, the manifest says {entry.sha256}")
    return parse_records(data.splitlines(), known, items, str(path), entry.arm)


def parse_records(
    lines: Sequence[bytes], known: Probe, items: Sequence[Any], path: str, arm: str = "student"
) -> Sequence[Any]:
    """Return one record for each item, the arm's worst record where the item ended in an error.

    Raises:
        RecordError: a line is not the record of its item.
    """
    if len(lines) != len(items):
        raise RecordError(f"{path}: {len(lines)} records for {len(items)} items; every item has exactly one")
    shape = known.shape(arm)
    decoder = msgspec.json.Decoder(shape.record)
    return [
        _record(line, f"{path}:{number}", item, known, shape, decoder)
        for number, (line, item) in enumerate(zip(lines, items, strict=True), 1)
    ]


def _record(line: bytes, place: str, item: Any, known: Probe, shape: Shape, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        if b'"error":' in line and (failure := _failure(line)) is not None:
            record = shape.failed(item) if failure["id"] == item.id else None
        else:
            record = decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{place}: no record of {known.id}: {error}") from error
    if record is None or record.id != item.id:
        raise RecordError(f"{place}: the record is not that of item {item.id!r}; records stand in item order")
    if not have_same_shape(record, shape.failed(item)):
        raise RecordError(f"{place}: the record holds more or fewer answers than item {item.id!r} asks for")
    return record


def _failure(line: bytes) -> dict[str, Any] | None:
    found = msgspec.json.decode(line)
    return found if isinstance(found, dict) and set(found) == {"id", "error"} else None
