"""DLS801: cause needs a control."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_CAUSE = r"\b(?:caused|due|owing)\b[^.]{0,20}\b(?:by|to) (?:the )?distillation\b|\bdistillation (?:has )?caused\b"


@rule("DLS801", spec="text", severity="warning", waivable=True)
def cause_needs_a_control(context: RuleContext) -> Iterator[Violation]:
    """A text says that distillation caused a loss only where a control was measured.

    ## Why

    Teacher minus student is what the student lacks. A student of that size trained without the teacher may lack it too; only the
    control tells.
    """
    if context.statement.control is not None:
        return
    for pointer, text in context.texts:
        if "distillation" in text.casefold() and re.search(_CAUSE, text, re.IGNORECASE):
            yield Violation(
                pointer,
                "the text says that distillation caused it; without a control it shows a loss relative to the teacher",
            )
