"""`draw.json` in the folder of a second run: the draw, its factor and the audit, written before any model is asked."""

import secrets
from pathlib import Path

import msgspec

from dls.errors import DlsError
from dls.evidence.files import replace_file
from dls.model import VerifiersDraw
from dls.model.reproduction_report import DrawFactor
from dls.model.value import Frozen

NAME = "draw.json"
_NONCE = 32  # bytes


class DrawRecord(Frozen, frozen=True):
    """The plan of a second run.

    Attributes:
        draw: the verifier's.
        audit: the most units of a claim that are asked again; None for all.

    """

    draw: VerifiersDraw
    audit: int | None


def random_draw(factor: DrawFactor) -> VerifiersDraw:
    """Return a draw of 32 random bytes. It establishes nothing: its holder may have tried others."""
    return VerifiersDraw(nonce=secrets.token_hex(_NONCE), factor=factor)


def planned(folder: Path, record: DrawRecord) -> DrawRecord:
    """Return the plan of a second run, or the one that its folder holds already; nothing is written.

    A random nonce that is there stays, so that a killed run goes on with its own items.

    Raises:
        DlsError: the folder holds another plan. A second look at another factor would be a choice.
    """
    path = folder / NAME
    if not path.exists():
        return record
    try:
        earlier = msgspec.json.decode(path.read_bytes(), type=DrawRecord)
    except msgspec.MsgspecError as error:
        raise DlsError(f"{path} is no plan of a second run ({error}); name another file with -o") from error
    is_random = earlier.draw.signature is None and record.draw.signature is None
    draw = msgspec.structs.replace(record.draw, nonce=earlier.draw.nonce) if is_random else record.draw
    if earlier != msgspec.structs.replace(record, draw=draw):
        raise DlsError(
            f"{path} holds the plan of a run with factor {earlier.draw.factor}, an audit of {earlier.audit or 'all'} "
            f"units and the nonce {earlier.draw.nonce}; a plan is made once: go on with the same options, or name "
            "another file with -o"
        )
    return earlier


def write_plan(folder: Path, record: DrawRecord) -> None:
    """Write the plan of a second run into its folder, where none is yet."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
