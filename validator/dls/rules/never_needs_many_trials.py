"""DLS802: never needs many trials."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

TRIALS = 300
_NEVER = r"\b(?:never|none|no (?:leaks?|failures?|errors?)|always)\b"


@rule("DLS802", spec="text", severity="warning", waivable=True)
def never_needs_many_trials(context: RuleContext) -> Iterator[Violation]:
    """A text says `never` only about an event that was tried at least 300 times.

    ## Why

    If an event never occurs in n trials, its rate may still be about 3 / n. At n = 100 that is three in a hundred.
    """
    for i, claim in enumerate(context.statement.claims):
        student = claim.student
        if (
            claim.note
            and student
            and student.count == 0
            and (student.n or 0) < TRIALS
            and re.search(_NEVER, claim.note, re.IGNORECASE)
        ):
            rate = 1 - 0.05 ** (1 / (student.n or 1))
            yield Violation(
                f"/claims/{i}/note", f"0 of {student.n} still allows a rate of {rate:.1%}; say so instead of never"
            )
