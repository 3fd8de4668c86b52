"""DLS804: no text says lossless."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_LOSSLESS = (
    r"\blossless(?:ly)?\b|\bwithout (?:any )?loss(?:es)?\b"
    r"|\bno loss(?:es)? (?:of|in) (?:quality|performance|capability)\b"
)


@rule("DLS804", spec="text", severity="warning", waivable=True)
def no_text_says_lossless(context: RuleContext) -> Iterator[Violation]:
    """No text calls a distillation lossless.

    ## Why

    A capability that was not measured may have been lost. "The goal is not lossless distillation, but accountable
    distillation."
    """
    if "loss" not in context.folded_text:
        return
    for pointer, text in context.texts:
        if "loss" in text.casefold() and re.search(_LOSSLESS, text, re.IGNORECASE):
            yield Violation(
                pointer,
                "the text calls the student lossless; name each measured capability and the margin of its loss",
            )
