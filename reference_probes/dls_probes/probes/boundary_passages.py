"""Ask for the probability of saying that the passage does not hold the answer, and for two whole answers."""

from dls.probes.boundary_passages import PassageItem, PassageRecord
from dls.probes.shared.vocabulary import NOT_STATED
from dls_probes.probes._texts import text_pair, text_requests
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: PassageItem) -> Elicitation:
    """Score the abstention in two spellings and generate."""
    prompt = Prompt.user(item.prompt())
    spellings = (NOT_STATED, NOT_STATED.capitalize())
    small, capital, greedy, sampled = yield [*(Score(prompt, text) for text in spellings), *text_requests(prompt)]
    abstain = max(nats(small.logprob), nats(capital.logprob))
    yield PassageRecord(item.id, abstain=abstain, texts=text_pair(greedy, sampled))
