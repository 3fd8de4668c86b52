"""The findings that a reader waives."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from dls.document.reader import Document
from dls.rules._rule import Rule


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A waiver of a code on one claim. Without a claim it covers the findings outside of claims."""

    code: str
    reason: str
    owner: str
    expires: date  # the last day on which it holds
    claim: str | None = None

    def gaps(self) -> Iterator[str]:
        """Yield the names of the members that hold no text."""
        yield from (name for name in ("reason", "owner") if not getattr(self, name).strip())


class Waivers(msgspec.Struct, frozen=True):
    """A file of waivers, the day on which it is read, and the rules of this release by code."""

    document: Document
    waivers: tuple[Waiver, ...]
    today: date
    rules: Mapping[str, Rule]

    def cover(self, code: str, claim: str | None) -> bool:
        """Whether a complete waiver that has not expired covers a rule's finding about a claim."""
        waivers = (waiver for waiver in self.waivers if (waiver.code, waiver.claim) == (code, claim))
        return any(waiver.expires >= self.today and not any(waiver.gaps()) for waiver in waivers)
