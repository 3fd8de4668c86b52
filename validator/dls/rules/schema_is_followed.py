"""DLS003: schema is followed."""

from collections.abc import Iterator

from dls.document.reader import Document
from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.standard.form import violations
from dls.standard.schemas import kind_of


@rule("DLS003", spec="conformance")
def schema_is_followed(document: Document) -> Iterator[Violation]:
    """A document follows the JSON Schema of its kind.

    ## Why

    The schema says which members there are, which are required, and which values each may hold. All objects are closed,
    so a misspelt member is found. Additions go into `extensions`, each under a name space of its own.
    """
    kind = kind_of(document.value)
    assert kind is not None
    for pointer, message, severity in violations(document, kind):
        yield Violation(pointer, visible(message), severity)
