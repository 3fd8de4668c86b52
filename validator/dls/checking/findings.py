"""From the violations of a rule to findings: each with its place, its text short, and few of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from dls.document.reader import Document, UnreadableDocument
from dls.finding import Finding, Violation, shortened, sort_key
from dls.rules import Rule
from dls.rules.document_is_readable import document_is_readable

MOST = 500
"""The largest number of findings on a document; a broken one may have a hundred thousand, and no reader reads them."""


def findings_of(document: Document, subject: Any, *rules: Rule) -> Iterator[Finding]:
    """Yield the findings of rules, of each one more than a document may have where there are so many."""
    for rule in rules:
        for violation in islice(rule.check(subject), MOST + 1):
            yield located(document, rule, violation)


def located(document: Document, rule: Rule, violation: Violation) -> Finding:
    """Return a violation with its place."""
    pointer, message, severity = violation
    place = document.position(pointer)
    return Finding(rule.code, severity or rule.severity, shortened(message), document.path, *place, shortened(pointer))


def unreadable(problem: UnreadableDocument, path: str, rule: Rule = document_is_readable) -> tuple[Finding, ...]:
    """Return the findings on a file that cannot be read: as a document, unless another rule says so of a card."""
    place = problem.line or 1, problem.column or 1
    return tuple(
        Finding(
            rule.code,
            rule.severity,
            shortened(message),
            path,
            *place,
            pointer,
            excerpt=problem.excerpt,
        )
        for pointer, message, _ in rule(problem)
    )


def in_order(findings: Iterable[Finding], most: int = MOST, *, is_open: bool = False) -> tuple[Finding, ...]:
    """Return findings in the order of the document; of many the worst, and a last one that counts the others.

    Args:
        findings: on one document.
        most: the number to return, without the last one.
        is_open: whether there may be more than these.
    """
    ordered = sorted(findings, key=sort_key)
    if len(ordered) <= most:
        return tuple(ordered)
    worst_first = sorted(ordered, key=_harmlessness)
    rest = worst_first[most:]
    is_open |= max(Counter(finding.code for finding in ordered).values()) > MOST
    count = f"{'at least ' if is_open else ''}{len(rest):,} more"
    last = rest[0]._replace(message=f"{count} of the document's faults are not shown; mend these first")
    return (*sorted(worst_first[:most], key=sort_key), last)


def _harmlessness(finding: Finding) -> tuple[bool, bool]:
    return finding.waived, finding.severity != "error"
