"""DLS005: waiver holds."""

from collections.abc import Iterator

from dls.checking.waivers import Waivers
from dls.finding import Breach, visible
from dls.rules._rule import rule


@rule("DLS005", spec="conformance")
def waiver_holds(waivers: Waivers) -> Iterator[Breach]:
    """A waiver names a rule that may be waived, and has not expired.

    ## Why

    A waiver is a decision of a reader for a time. Digests, arithmetic, outcomes, assurance and completeness are not the reader's to
    decide, and a decision that nobody renewed is none.
    """
    from dls.rules import ALL

    rules = {rule.code: rule for rule in ALL}
    for i, waiver in enumerate(waivers.waivers):
        if waiver.code not in rules:
            yield Breach(f"/waivers/{i}/code", f"there is no rule '{visible(waiver.code)}'")
        elif not rules[waiver.code].waivable:
            yield Breach(f"/waivers/{i}/code", f"{waiver.code} cannot be waived: {rules[waiver.code].title}")
        elif waiver.expires < waivers.today:
            yield Breach(
                f"/waivers/{i}/expires", f"the waiver of {waiver.code} expired on {waiver.expires}; decide again"
            )
