"""DLS004: placeholders are filled."""

from collections.abc import Iterator

import msgspec

from dls.document.reader import Document
from dls.document.texts import texts_in
from dls.finding import Violation
from dls.rules._rule import rule
from dls.standard.numbers import GAP


@rule("DLS004", spec="conformance")
def placeholders_are_filled(document: Document) -> Iterator[Violation]:
    """No placeholder is left for a person to fill.

    ## Why

    `dls draft` and `dls init` write `TODO(dls)` where only a person knows the text. A statement that still holds one
    reads as if a person had thought about it.
    """
    if GAP.encode() not in msgspec.json.encode(document.value):  # a tenth of the time of looking at each text
        return
    for pointer, text in texts_in(document.value):
        if GAP in text:
            yield Violation(pointer, f"the placeholder {GAP} is still here; write the text, or remove the member")
