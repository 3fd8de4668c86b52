"""Waivers: findings that a reader sets aside, in a file that the reader's own command names, with reason, owner and expiry."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.rules import ALL, Waiver, Waivers


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_waivers: Literal["1.0"]
    waivers: tuple[Waiver, ...]


def load_waivers(path: Path, today: date) -> Waivers:
    """Read a file of waivers.

    Raises:
        DlsError: the file cannot be read, or is no file of waivers.
    """
    document = read(path)
    try:
        found = msgspec.convert(document.value, _File).waivers
        for waiver in found:
            date.fromisoformat(waiver.expires)
    except (msgspec.ValidationError, ValueError) as error:
        wanted = 'dls_waivers: "1.0" and a list waivers, each with code, reason, owner and expires'
        raise DlsError(f"{path}: is no file of waivers ({error}); wanted {wanted}") from None
    return Waivers(document, found, today.isoformat(), {rule.code: rule for rule in ALL})
