"""DLS001: document is readable."""

from collections.abc import Iterator

from dls.document.reader import UnreadableDocument
from dls.finding import Violation, visible
from dls.rules._rule import rule


@rule("DLS001", spec="conformance")
def document_is_readable(problem: UnreadableDocument) -> Iterator[Violation]:
    """A document is one YAML or JSON value that means the same to every reader.

    ## Why

    YAML readers disagree. Some read `no` as false, `1e-3` as text, or a commit hash like `12e34567` as infinity. Most
    keep the last of two equal keys without a warning. So a document is read by the YAML 1.2 core schema alone. These
    are refused because they could mean two things:

    - duplicate keys, NaN and infinity
    - anchors, aliases, merge keys and tags
    - a second document
    - integers beyond 2^53 - 1
    - more than 64 levels or 8 MiB
    - bytes that are not UTF-8
    """
    yield Violation("", visible(problem.problem))
