"""What a rule is: a function with a code, whose docstring is its page."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dls.finding import Severity, Violation

CheckFunction = Callable[[Any], Iterator[Violation]]

_THEMES = {
    "0": "The document",
    "1": "Identity and models",
    "2": "Claims and arithmetic",
    "3": "Evidence",
    "4": "Statistics",
    "5": "Scenario and targets",
    "6": "Absences and acceptances",
    "7": "Reproduction and assurance",
    "8": "Text",
}


class Rule(NamedTuple):
    """A code and the check behind it. A code is never used again for something else.

    The docstring of `check` is the rule's page: its first line the title, then `## Why`. A waivable rule can be
    silenced by a reader's waivers file; never one about digests, arithmetic, outcomes, assurance or completeness.
    """

    code: str
    check: CheckFunction
    spec: str  # the page of the specification that states it
    severity: Severity
    waivable: bool
    since: str

    def __call__(self, subject: Any) -> Iterator[Violation]:
        """Yield what breaks the rule."""
        return self.check(subject)

    @property
    def page(self) -> str:
        """The docstring, as Markdown."""
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def title(self) -> str:
        """What holds where the rule is kept, in one sentence."""
        return self.page.partition("\n")[0]

    @property
    def why(self) -> str:
        """Why the rule is there."""
        return re.sub(r"(?s)^.*?## Why\n+", "", self.page).strip()

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.check.__name__

    @property
    def theme(self) -> str:
        """What rules of this hundred are about."""
        return _THEMES[self.code[3]]


def rule(
    code: str, *, spec: str, severity: Severity = "error", waivable: bool = False, since: str = "1.0"
) -> Callable[[CheckFunction], Rule]:
    """Make a rule of a function that yields violations."""
    return lambda check: Rule(code, check, spec, severity, waivable, since)
