"""A rule: a function with a code. Its docstring is the rule's page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

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
    "9": "The model card",
}


class Rule(msgspec.Struct, frozen=True):
    """A code and its check. A code is never used again for another rule.

    The docstring of `check` is the rule's page: its first line is the title, then `## Why` follows. A reader's waivers
    file can silence a waivable rule. Rules about digests, arithmetic, outcomes, assurance or completeness are never
    waivable.
    """

    code: str
    check: CheckFunction
    spec: str  # the page of the specification with the requirement
    severity: Severity
    waivable: bool
    since: str

    def __call__(self, subject: Any) -> Iterator[Violation]:
        """Yield the violations of the rule."""
        return self.check(subject)

    @property
    def page(self) -> str:
        """The docstring, as Markdown."""
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def title(self) -> str:
        """The requirement in one sentence."""
        return self.page.partition("\n")[0]

    @property
    def why(self) -> str:
        """The reason for the rule."""
        return re.sub(r"(?s)^.*?## Why\n+", "", self.page).strip()

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.check.__name__

    @property
    def theme(self) -> str:
        """The subject of the rules with this hundred of codes."""
        return _THEMES[self.code[3]]


def rule(
    code: str, *, spec: str, severity: Severity = "error", waivable: bool = False, since: str = "1.0"
) -> Callable[[CheckFunction], Rule]:
    """Make a rule of a function that yields violations."""
    return lambda check: Rule(code, check, spec, severity, waivable, since)
