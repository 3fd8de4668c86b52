"""DLS803: text moves no cursor."""

from collections.abc import Iterator

from dls.finding import Breach, visible
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS803", spec="text", severity="warning", waivable=True)
def text_moves_no_cursor(case: Case) -> Iterator[Breach]:
    """Texts hold no control characters and no marks that change the direction of writing.

    ## Why

    They make a terminal or a page show something else than what is written.
    """
    for pointer, text in case.texts:
        spaced = text.replace("\n", " ").replace("\t", " ")
        if visible(spaced) != spaced:
            yield Breach(pointer, f"the text holds a character that is not shown: {visible(text)[:80]}")
