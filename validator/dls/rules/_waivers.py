"""Findings that a reader sets aside, as a rule reads them."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from dls.document.reader import Document
from dls.rules._rule import Rule


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finding set aside: a code, and the claim that it is about (none: the findings outside of claims)."""

    code: str
    reason: str
    owner: str
    expires: str  # the last day on which it holds
    claim: str | None = None


class Waivers(NamedTuple):
    """A file of waivers, the day on which it is read, and the rules of this release by code."""

    document: Document
    waivers: tuple[Waiver, ...]
    today: str
    rules: Mapping[str, Rule]

    def cover(self, code: str, claim: str | None) -> bool:
        """Whether a waiver that has not expired sets a rule's finding about a claim aside."""
        return any((w.code, w.claim) == (code, claim) and w.expires >= self.today for w in self.waivers)
