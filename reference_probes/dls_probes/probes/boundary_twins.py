"""Ask for the probability of every value and of saying that the text does not state it, and for two whole answers."""

from dls.probes.boundary_twins import TwinItem, TwinRecord
from dls.probes.shared.vocabulary import NOT_STATED
from dls_probes.probes._texts import text_pair, text_requests
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: TwinItem) -> Elicitation:
    """Score all values and the abstention, and generate."""
    prompt = Prompt.user(item.prompt())
    *scores, greedy, sampled = yield [
        *(Score(prompt, answer) for answer in (*item.values, NOT_STATED)),
        *text_requests(prompt),
    ]
    *values, abstain = (nats(score.logprob) for score in scores)
    yield TwinRecord(item.id, values=tuple(values), abstain=abstain, texts=text_pair(greedy, sampled))
