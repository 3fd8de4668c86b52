"""Ask for the probability of every value and of saying that the text does not state it."""

from dls.probes.boundary_twins import TwinItem, TwinRecord
from dls.probes.shared.vocabulary import NOT_STATED
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: TwinItem) -> Elicitation:
    """Score all values and the abstention."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    scores = yield [Score(prompt, answer) for answer in (*item.values, NOT_STATED)]
    *values, abstain = (nats(score.logprob) for score in scores)
    yield TwinRecord(item.id, values=tuple(values), abstain=abstain)
