"""DLS803: text moves no cursor."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS803", spec="text", severity="warning", waivable=True)
def text_has_no_control_characters(context: RuleContext) -> Iterator[Violation]:
    """Texts hold no control characters and no marks that change the direction of writing.

    ## Why

    They make a terminal or a page show something else than what is written.
    """
    for pointer, text in context.texts:
        spaced = text.replace("\n", " ").replace("\t", " ")
        if visible(spaced) != spaced:
            yield Violation(pointer, f"the text holds a character that is not shown: {visible(text)[:80]}")
