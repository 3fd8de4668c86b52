"""DLS317: `passed` follows from value and floor."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.conditions import is_failed
from dls.judging.context import RuleContext
from dls.model import Manifest
from dls.rules._rule import rule


def contradictions(manifest: Manifest) -> Iterator[Violation]:
    """Yield a violation at each validity check of a manifest whose `passed` disagrees with its value and floor."""
    for i, check in enumerate(manifest.checks):
        if check.passed == is_failed(check):
            relation, correction = ("below", "false") if is_failed(check) else ("at or above", "true")
            value = "null" if check.value is None else check.value
            yield Violation(
                f"/checks/{i}/passed",
                f"the check '{check.check}' of the {check.arm} says passed: {str(check.passed).lower()}, but its value "
                f"{value} is {relation} the floor {check.floor}; wanted passed: {correction}",
            )


@rule("DLS317", spec="evidence")
def passed_follows_from_value_and_floor(context: RuleContext) -> Iterator[Violation]:
    """A validity check in a manifest says `passed` exactly if its value reaches its floor.

    ## Why

    The value and the floor alone decide whether a check failed, and so whether an outcome is inconclusive. A wrong
    `passed` changes no outcome here, but it misleads every reader of that member. One program writes all three members,
    so one of them was edited. Correct it, or run the probe again.
    """
    for bundle in context.bundles:
        for violation in contradictions(bundle.manifest) if bundle.manifest else ():
            yield Violation(f"/evidence/{bundle.entry}", f"evidence '{bundle.evidence.id}': {violation.message}")
