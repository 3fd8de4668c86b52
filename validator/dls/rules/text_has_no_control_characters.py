"""DLS803: text has no control characters."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


@rule("DLS803", spec="text", severity="warning", waivable=True)
def text_has_no_control_characters(context: RuleContext) -> Iterator[Violation]:
    """Texts hold no control characters, and no marks that change the direction of writing.

    ## Why

    With such characters, a terminal or a page shows another text than the one that is written.
    """
    if _on_one_line(context.text).isprintable():
        return
    for pointer, text in context.texts:
        line = _on_one_line(text)
        if visible(line) != line:
            yield Violation(pointer, f"the text holds a character that you cannot see; remove it: {visible(text)[:80]}")
