"""Evidence on disk: a manifest and its record files, both holding only what is determined."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dls.canonical import canonical, sha256_hex
from dls.errors import DlsError
from dls.model.evidence import Manifest, RecordFile
from dls.model.statement import Arm
from dls.probe import Probe, items_sha256, probe

MANIFEST = "manifest.json"


class RecordError(DlsError):
    """A record file does not hold what its manifest says; carries the file and the line."""


class Evidence(NamedTuple):
    """A manifest with its probe, the items made again from its seed, and the records by arm."""

    manifest: Manifest
    probe: Probe
    items: Sequence[Any]
    records: Mapping[Arm, Sequence[Any]]


def write_records(folder: Path, arm: str, records: Iterable[Mapping[str, Any]]) -> RecordFile:
    """Write one arm's records, a canonical JSON line each, and return what a manifest says about the file."""
    lines = [canonical(dict(record)) + b"\n" for record in records]
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
        DlsError: the disk is full or the folder cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise DlsError(f"{path} cannot be written ({error.strerror}); make room or choose another folder") from error


def read_evidence(manifest: Manifest, folder: Path) -> Evidence:
    """Make the items again from the seed and read every record that the manifest lists.

    Raises:
        DlsError: this release lacks the probe or its version.
        RecordError: the items have another digest, or a record file is missing, altered, or breaks its schema.
    """
    known = probe(manifest.probe.id, manifest.probe.version)
    if manifest.items.seed is None:
        raise RecordError(f"{folder}: the items come from a data file and have no seed; they cannot be made again")
    items = items_of(known, manifest.items.seed, manifest.items.n)
    if items_sha256(items) != manifest.items.sha256:
        raise RecordError(
            f"{folder}: seed {manifest.items.seed} makes items with digest {items_sha256(items)}, the manifest says {manifest.items.sha256}"
        )
    return Evidence(
        manifest, known, items, {e.arm: _read(folder, e, known, items) for e in manifest.records if e.arm != "pair"}
    )


def items_of(known: Probe, seed: int, n: int) -> Sequence[Any]:
    """Return the items of n units.

    Raises:
        DlsError: n is less than 1.
    """
    if n < 1:
        raise DlsError(f"{known.id} was asked for {n} items; ask for at least 1")
    return known.items(seed, n)


def _read(folder: Path, entry: RecordFile, known: Probe, items: Sequence[Any]) -> Sequence[Any]:
    path = folder / entry.path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{path}: the records cannot be read ({error.strerror})") from error
    if sha256_hex(data) != entry.sha256:
        raise RecordError(f"{path}: the records have digest {sha256_hex(data)}, the manifest says {entry.sha256}")
    return parse_records(data.splitlines(), known, items, str(path))


def parse_records(lines: Sequence[bytes], known: Probe, items: Sequence[Any], path: str) -> Sequence[Any]:
    """Return one record for each item, the probe's worst record where the item ended in an error.

    Raises:
        RecordError: a line is not the record of its item.
    """
    if len(lines) != len(items):
        raise RecordError(f"{path}: {len(lines)} records for {len(items)} items; every item has exactly one")
    decoder = msgspec.json.Decoder(known.record)
    return [
        _record(line, number, item, known, decoder, path)
        for number, (line, item) in enumerate(zip(lines, items, strict=True), 1)
    ]


def _record(line: bytes, number: int, item: Any, known: Probe, decoder: msgspec.json.Decoder[Any], path: str) -> Any:
    try:
        if b'"error":' in line and set(found := msgspec.json.decode(line)) == {"id", "error"}:
            record = known.failed(item) if found["id"] == item.id else None
        else:
            record = decoder.decode(line)
    except msgspec.MsgspecError as error:
        raise RecordError(f"{path}:{number}: no record of {known.id}: {error}") from error
    if record is None or record.id != item.id:
        raise RecordError(f"{path}:{number}: the record is not that of item {item.id!r}; records stand in item order")
    return record
