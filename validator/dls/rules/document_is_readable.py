"""DLS001: document is readable."""

from collections.abc import Iterator

from dls.document.reader import UnreadableDocument
from dls.finding import Violation, visible
from dls.rules._rule import rule


@rule("DLS001", spec="conformance")
def document_is_readable(problem: UnreadableDocument) -> Iterator[Violation]:
    """A document is one YAML or JSON value that means the same to every reader.

    ## Why

    YAML readers disagree: `no` is false to some, `1e-3` text to others, a commit hash like `12e34567` infinity, and of two
    equal keys most keep the last without a word. So a document is read by the YAML 1.2 core schema alone, and what could mean two things is
    refused: duplicate keys, NaN and infinity, anchors, aliases, merge keys, tags, a second document, integers beyond 2^53 - 1, more than
    64 levels or 8 MiB, and bytes that are not UTF-8.
    """
    yield Violation("", visible(problem.problem))
