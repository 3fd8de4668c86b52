"""Ask for a colour by the tale, and for the same colour without it."""

from dls.probes.grounding_substituted_facts import FactItem
from dls_probes.requests import Examination, Generate, Prompt, Record

MOST_TOKENS = 16


def examine(item: FactItem) -> Examination:
    """Generate both answers."""
    by_tale, closed_book = yield [
        Generate(Prompt.user(f"{item.context} {item.question}"), MOST_TOKENS),
        Generate(Prompt.user(item.closed_book), MOST_TOKENS),
    ]
    yield Record({"by_tale": by_tale.text.strip(), "closed_book": closed_book.text.strip()})
