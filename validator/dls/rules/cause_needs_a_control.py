"""DLS801: cause needs a control."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_CAUSE = r"\b(?:caused|due|owing)\b[^.]{0,20}\b(?:by|to) (?:the )?distillation\b|\bdistillation (?:has )?caused\b"


@rule("DLS801", spec="text", severity="warning", waivable=True)
def cause_needs_a_control(context: RuleContext) -> Iterator[Violation]:
    """A text says that distillation caused a loss only if a control was measured.

    ## Why

    The loss is the student's shortfall beside the teacher. A student of the same size that was trained without the
    teacher may have the same shortfall. Only a control shows whether it has.
    """
    if context.statement.control is not None or "distillation" not in context.folded_text:
        return
    for pointer, text in context.texts:
        if "distillation" in text.casefold() and re.search(_CAUSE, text, re.IGNORECASE):
            yield Violation(
                pointer,
                "the text says that distillation caused a loss; measure a control, or say 'relative to the teacher'",
            )
