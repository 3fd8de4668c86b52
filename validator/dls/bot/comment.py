"""The bot's comment: a verdict line, findings with links to their lines, the picture, the changes, the numbers again.

Whatever a statement, a file name or a message holds is text in it: no markup, no link, no mention.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from dls.card.markdown_text import code, prose
from dls.checking.validate import Report
from dls.finding import Finding
from dls.page.view import Page
from dls.report.differences import difference_markdown
from dls.report.markdown import target_lines
from dls.report.verdicts import verdict_counts
from dls.revisions.revision_changes import Difference
from dls.verifying.comparison import ClaimResult, Verdict
from dls.version import __version__

MOST_BYTES = 48 << 10  # of a comment; no reader scrolls further
_FINDINGS, _REFUTATIONS, _MESSAGE = 50, 20, 600  # of a file; of a statement; characters
_HOW = "Write `/dls validate` or `/dls recompute` on a line of a comment, and I check again."


class FileCheck(NamedTuple):
    """What a comment says of one file; None where there is nothing of that kind."""

    result: Report
    page: Page | None = None
    difference: Difference | None = None
    claims: Sequence[ClaimResult] | None = None


class CommitPlace(NamedTuple):
    """A commit of a repository, and the address of the hub."""

    endpoint: str
    repository: str
    commit: str

    def link(self, path: str, line: int) -> str:
        """Return the address of a line of a file in this commit."""
        return f"{self.endpoint}/{self.repository}/blob/{self.commit}/{quote(path)}#L{line}"


def comment_text(place: CommitPlace, parts: Sequence[FileCheck]) -> str:
    """Return the comment about a check, without its hidden line, of at most `MOST_BYTES`."""
    commit = f"[{place.commit[:10]}]({place.endpoint}/{place.repository}/tree/{place.commit})"
    head = f"**{_total(parts)}** in the statements at {commit}.\n\n"
    command = code(f"dls hub check {place.repository}@{place.commit}")
    sections = [section for part in parts for section in _sections(place, part)]
    return _within(MOST_BYTES, head, sections, f"{command} shows all.") + _foot()


def notice(sentence: str) -> str:
    """Return the comment of one sentence, where there is no check to show."""
    return f"{prose(sentence, _MESSAGE)}\n" + _foot()


def _foot() -> str:
    return f"\n<sub>{_HOW} dls {__version__}</sub>\n"


def _total(parts: Sequence[FileCheck]) -> str:
    errors, warnings = (sum(getattr(part.result, name) for part in parts) for name in ("errors", "warnings"))
    refutations = sum(claim.verdict is Verdict.REFUTED for part in parts for claim in part.claims or ())
    numbers = f", {_count(refutations, 'refuted number')}" if refutations else ""
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}{numbers}"


def _sections(place: CommitPlace, part: FileCheck) -> Iterator[str]:
    """Yield the sections about a file, the most important first; each can be left out."""
    verdict = f"\n\n**{prose(part.page.verdict.text, _MESSAGE)}**" if part.page else ""
    yield f"### {prose(part.result.path)}{verdict}\n\n"
    yield from _findings(place, part.result.findings)
    if part.claims is not None:
        yield _numbers(part.claims)
    if part.page is not None and (lines := list(target_lines(part.page))):
        yield "#" + "\n".join(lines) + "\n\n"
    if part.difference is not None and part.difference.changes:
        changes = difference_markdown(part.difference)
        yield f"<details><summary>Changes against main</summary>\n\n{changes}\n</details>\n\n"


def _findings(place: CommitPlace, findings: Sequence[Finding]) -> Iterator[str]:
    worst_first = sorted(findings, key=lambda finding: finding.severity != "error")
    for finding in worst_first[:_FINDINGS]:
        line = f"[line {finding.line}]({place.link(finding.path, finding.line)})"
        rule = f"[{finding.code}]({finding.uri})"
        yield f"- **{finding.severity}** {rule}, {line}: {prose(finding.message, _MESSAGE)}\n"
    if len(findings) > _FINDINGS:
        yield f"- and {_count(len(findings) - _FINDINGS, 'further finding')}\n"
    if findings:
        yield "\n"


def _numbers(claims: Sequence[ClaimResult]) -> str:
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in verdict_counts(claims).items())
    refutations = [claim for claim in claims if claim.verdict is Verdict.REFUTED]
    rows = [f"- **refuted** {prose(c.id)}: {prose(c.reason, _MESSAGE)}\n" for c in refutations[:_REFUTATIONS]]
    return f"Numbers again, from the records: {counts}.\n\n{''.join(rows)}\n"


def _within(most: int, head: str, sections: Iterable[str], remedy: str) -> str:
    """Return the sections that fit into some bytes, and the number of those that do not."""
    size, cut, text = len(head.encode()), 0, head
    for section in sections:
        size += len(section.encode())
        cut += size > most
        text += section if size <= most else ""
    return text + (f"**{_count(cut, 'section')} did not fit here**; {remedy}\n" if cut else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
