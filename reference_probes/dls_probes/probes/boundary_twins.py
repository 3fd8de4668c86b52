"""Ask for the probability of every value and of saying that the text does not state it."""

from dls.probes.boundary_twins import TwinItem
from dls.probes.shared.vocabulary import NOT_STATED
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: TwinItem) -> Elicitation:
    """Score all values and the abstention."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    scored = yield [Score(prompt, answer) for answer in (*item.values, NOT_STATED)]
    *values, abstain = (nats(answer.logprob) for answer in scored)
    yield Record({"values": values, "abstain": abstain})
