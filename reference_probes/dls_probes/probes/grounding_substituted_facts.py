"""Ask for a colour by the tale, and for the same colour without it."""

from dls.probes.grounding_substituted_facts import FactItem, FactRecord
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.requests import Elicitation, Generate, Prompt, nats

MOST_TOKENS = 16


def elicit(item: FactItem) -> Elicitation:
    """Generate both answers."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    by_tale, closed_book = yield [
        Generate(prompt, MOST_TOKENS),
        Generate(Prompt.user(item.closed_book), MOST_TOKENS),
    ]
    score = yield score_of_answer(prompt, by_tale)
    yield FactRecord(
        item.id,
        by_tale=by_tale.text.strip(),
        closed_book=closed_book.text.strip(),
        confidence=confidence(score),
        gap=nats(by_tale.gap),
    )
