"""The lines of a ledger, and the packs in the ledger of another run, whose share of the work was another one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls_probes.engine.run_lock import lock_file

CONTEXT = "begun"  # where another line has the name of a pack
_DIGITS = 16  # of the digest that begins a line
_REMEDY = (
    "run each shard with the same command, versions, models and kind of device, or leave its folder out of --ledgers"
)


class LedgerLine(NamedTuple):
    """A line of a ledger: the name of a pack, its answers as JSON values, and its events; or a context."""

    pack: str
    answers: Any
    events: Sequence[str] = ()


def ledger_line(body: bytes) -> bytes:
    """Return a line: the first digits of the digest of its body, and the body."""
    return sha256_hex(body)[:_DIGITS].encode() + b" " + body + b"\n"


def ledger_entry(line: bytes) -> LedgerLine | None:
    """Return the content of a line; None for a damaged one."""
    digest, _, body = line.rstrip(b"\n").partition(b" ")
    return LedgerLine(*msgspec.json.decode(body)) if digest == sha256_hex(body)[:_DIGITS].encode() else None


def packs_of_shard(path: Path, context: Mapping[str, Any]) -> Iterator[LedgerLine]:
    """Yield the complete packs of another run's ledger, which must have been computed under the same context.

    Raises:
        DlsError: a run still writes to the ledger, or its packs were computed in another way.
    """
    with path.open("rb") as file:
        _expect_no_writer(file)
        lines = [entry for line in file if line.endswith(b"\n") and (entry := ledger_entry(line))]
    contexts = [line.answers for line in lines if line.pack == CONTEXT]
    packs = [line for line in lines if line.pack != CONTEXT]
    if packs and context not in contexts:
        raise DlsError(f"{path} belongs to another run: {_difference(contexts, context)}; {_REMEDY}")
    yield from packs


def expect_no_writer(path: Path) -> None:
    """Refuse a ledger to which a run still writes.

    Raises:
        DlsError: a run does.
    """
    with path.open("rb") as file:
        _expect_no_writer(file)


def _expect_no_writer(file: BinaryIO) -> None:
    try:
        lock_file(file)
    except OSError as error:
        raise DlsError(f"another run is writing to {file.name}; wait for its end") from error


def _difference(contexts: Sequence[Mapping[str, Any]], context: Mapping[str, Any]) -> str:
    """Return the facts of the most similar context that differ from this run's, with both values."""
    differences: list[Sequence[str]] = [
        [
            f"{name} is {entry.get(name, 'missing')} there and {context.get(name, 'missing')} here"
            for name in sorted({*entry, *context})
            if entry.get(name) != context.get(name)
        ]
        for entry in contexts
    ]
    if not differences:
        return "nothing says how its packs were computed"
    fewest = min(differences, key=len)
    return ", ".join(fewest)
