"""DLS005: waiver is valid."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.rules._waivers import Waivers


@rule("DLS005", spec="conformance")
def waiver_is_valid(waivers: Waivers) -> Iterator[Violation]:
    """A waiver names a rule that may be waived, a reason and an owner, and has not expired.

    ## Why

    A waiver is a reader's decision for a time. A reader cannot waive rules about digests, arithmetic, outcomes,
    assurance or completeness. If a decision is not renewed, it ends.
    """
    for i, waiver in enumerate(waivers.waivers):
        if waiver.code not in waivers.rules:
            yield Violation(f"/waivers/{i}/code", f"there is no rule '{visible(waiver.code)}'; correct the code")
        elif not waivers.rules[waiver.code].waivable:
            yield Violation(f"/waivers/{i}/code", f"{waiver.code} cannot be waived: {waivers.rules[waiver.code].title}")
        elif waiver.expires < waivers.today:
            yield Violation(
                f"/waivers/{i}/expires",
                f"the waiver of {waiver.code} expired on {waiver.expires}; decide again, or remove it",
            )
        for name in waiver.gaps():
            yield Violation(
                f"/waivers/{i}/{name}", f"the waiver of '{visible(waiver.code)}' has no {name}; write one, or remove it"
            )
