"""The findings that a reader waives."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from dls.document.reader import Document
from dls.rules._rule import Rule


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A waiver of a code on one claim. Without a claim it covers the findings outside of claims."""

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
        """Whether a waiver that has not expired covers a rule's finding about a claim."""
        return any((w.code, w.claim) == (code, claim) and w.expires >= self.today for w in self.waivers)
