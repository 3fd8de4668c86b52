"""DLS810: comment ends no text."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS810", spec="text", severity="warning", waivable=True)
def comment_ends_no_text(context: RuleContext) -> Iterator[Violation]:
    """No text without quotes is followed by a comment whose sign stands before a word.

    ## Why

    To YAML, `name: teacher #1` is the name `teacher` and a comment. The writer most likely meant the whole.
    """
    cuts = {id(node): (node.source, comment) for node, comment in context.document.cuts}
    if not cuts:
        return
    for node, pointer in context.document.root.pointers(frozenset(cuts)):
        text, comment = cuts[node]
        hint = f"put '{text} {comment}' in quotes, or write a space after '#'"
        yield Violation(pointer, f"the text '{text}' ends before '{comment}', which YAML takes for a comment; {hint}")
