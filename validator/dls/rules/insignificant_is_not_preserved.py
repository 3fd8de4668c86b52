"""DLS805: insignificant is not preserved."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_INSIGNIFICANT = (
    r"\b(?:no|not a|without) (?:statistically )?significant (?:difference|loss|drop|change)s?\b"
    r"|\bnot significantly (?:different|worse)\b"
)


@rule("DLS805", spec="text", severity="warning", waivable=True)
def insignificant_is_not_preserved(context: RuleContext) -> Iterator[Violation]:
    """No text takes the absence of a significant difference for a preserved capability.

    ## Why

    A small sample shows no significant difference between any two models. Preserved means that the interval excludes a
    loss beyond the margin.
    """
    if "significant" not in context.folded_text:
        return
    for pointer, text in context.texts:
        if "significant" in text.casefold() and re.search(_INSIGNIFICANT, text, re.IGNORECASE):
            yield Violation(
                pointer, "no significant difference is no evidence of equality; say which margin the interval excludes"
            )
