"""DLS004: gaps are filled."""

from collections.abc import Iterator

import msgspec

from dls.document.reader import Document
from dls.document.texts import texts
from dls.finding import Violation
from dls.rules._rule import rule
from dls.standard.numbers import GAP


@rule("DLS004", spec="conformance")
def placeholders_are_filled(document: Document) -> Iterator[Violation]:
    """No gap is left for a person to fill.

    ## Why

    `dls draft` and `dls init` write `TODO(dls)` where only a person can say something. A statement that still holds one
    reads as if it had been thought about.
    """
    if GAP.encode() not in msgspec.json.encode(document.value):  # a tenth of the time of looking at each text
        return
    for pointer, text in texts(document.value):
        if GAP in text:
            yield Violation(pointer, f"the gap {GAP} is still here; write the text, or take the member out")
