"""Waivers: findings that a reader sets aside, in a file that the reader's own command names, with reason, owner and expiry."""

from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from dls.document.reader import Document, read
from dls.errors import DlsError


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finding set aside: a code, and the claim that it is about (none: the findings outside of claims)."""

    code: str
    reason: str
    owner: str
    expires: str  # the last day on which it holds
    claim: str | None = None


class Waivers(NamedTuple):
    """A file of waivers, and the day on which it is read."""

    document: Document
    waivers: tuple[Waiver, ...]
    today: str

    def cover(self, code: str, claim: str | None) -> bool:
        """Whether a waiver that has not expired sets a rule's finding about a claim aside."""
        return any((w.code, w.claim) == (code, claim) and w.expires >= self.today for w in self.waivers)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_waivers: Literal["1.0"]
    waivers: tuple[Waiver, ...]


def load(path: Path, today: date) -> Waivers:
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
    return Waivers(document, found, today.isoformat())
