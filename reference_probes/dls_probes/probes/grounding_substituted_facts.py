"""Ask for a colour by the tale, and for the same colour without it."""

from dls.probes.grounding_substituted_facts import FactItem
from dls_probes.probes._confidence import confidence, own
from dls_probes.requests import Elicitation, Generate, Prompt, Record, nats

MOST_TOKENS = 16


def elicit(item: FactItem) -> Elicitation:
    """Generate both answers."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    by_tale, closed_book = yield [
        Generate(prompt, MOST_TOKENS),
        Generate(Prompt.user(item.closed_book), MOST_TOKENS),
    ]
    scored = yield own(prompt, by_tale)
    yield Record(
        {
            "by_tale": by_tale.text.strip(),
            "closed_book": closed_book.text.strip(),
            "confidence": confidence(scored),
            "gap": nats(by_tale.gap),
        }
    )
