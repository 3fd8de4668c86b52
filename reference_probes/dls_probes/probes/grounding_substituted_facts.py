"""Ask for a colour by the tale, and for the same colour without it."""

from dls.probes.grounding_substituted_facts import FactItem, FactRecord
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.probes._texts import most_tokens, whole_answer
from dls_probes.requests import Elicitation, Generate, Prompt


def elicit(item: FactItem) -> Elicitation:
    """Generate both answers."""
    prompt, limit = Prompt.user(item.prompt()), most_tokens()
    by_tale, closed_book = yield [Generate(prompt, limit), Generate(Prompt.user(item.closed_book), limit)]
    score = yield score_of_answer(prompt, by_tale)
    yield FactRecord(
        item.id,
        by_tale=whole_answer(by_tale),
        closed_book=closed_book.text.strip(),
        confidence=confidence(score),
    )
