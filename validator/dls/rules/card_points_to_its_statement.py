"""DLS902: card points to its statement."""

from collections.abc import Iterator

from dls.card.card_context import CardContext
from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.standard.numbers import VERSION


@rule("DLS902", spec="attaching")
def card_points_to_its_statement(context: CardContext) -> Iterator[Violation]:
    """A card names the version and the path of a statement that lies beside or below it and has no error.

    ## Why

    The section of a card is a summary. You can check it only if the statement is there. A statement with an error
    supports no summary at all.
    """
    pointer = context.pointer
    if pointer is None:
        place = "" if context.section is None else "/section"
        hint = 'wanted `dls: {version: "1.0", path: "dls.yaml"}`; run `dls attach STATEMENT --card CARD`'
        yield Violation(place, f"the front matter names no statement under the key 'dls'; {hint}")
        return
    if pointer.version != VERSION:
        version = visible(pointer.version)[:40]
        yield Violation("/front_matter/dls/version", f"found version {version}; this release knows {VERSION}")
    if context.problem is not None:
        yield Violation("/front_matter/dls/path", f"'{visible(pointer.path)}' {context.problem}")
