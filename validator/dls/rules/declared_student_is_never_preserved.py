"""DLS319: declared student is never preserved."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS319", spec="outcomes")
def declared_student_is_never_preserved(context: RuleContext) -> Iterator[Violation]:
    """If the student is known by a declaration alone, and not by its tensors, the outcome is not preserved.

    ## Why

    Others cannot see which model answers behind a server. It may be another one tomorrow.
    """
    for claimed_target in context.targets:
        if claimed_target.target.outcome == "preserved" and not claimed_target.conditions.pinned_student:
            yield Violation(
                f"{claimed_target.pointer}/outcome",
                f"claim '{claimed_target.claim.id}' says preserved, and the student has no tensors_sha256; "
                "wanted inconclusive",
            )
