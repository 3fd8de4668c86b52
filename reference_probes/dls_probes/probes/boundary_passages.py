"""Ask for the probability of saying that the passage does not hold the answer, and for the answer."""

from dls.probes.boundary_passages import PassageItem, PassageRecord
from dls.probes.shared.vocabulary import NOT_STATED
from dls_probes.requests import Elicitation, Generate, Prompt, Score, nats

MOST_TOKENS = 32


def elicit(item: PassageItem) -> Elicitation:
    """Score the abstention in two spellings and generate greedily."""
    prompt = Prompt.user(item.prompt())
    small, capital, answer = yield [
        Score(prompt, NOT_STATED),
        Score(prompt, NOT_STATED.capitalize()),
        Generate(prompt, MOST_TOKENS),
    ]
    abstain = max(nats(small.logprob), nats(capital.logprob))
    yield PassageRecord(item.id, abstain=abstain, text=answer.text.strip(), gap=nats(answer.gap))
