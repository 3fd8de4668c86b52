"""Ask for the probability of every colour and of saying that the text does not state it."""

from dls.probes.boundary_false_premises import PremiseItem
from dls.probes.words import NOT_STATED
from dls_probes.requests import Examination, Prompt, Record, Score, nats


def examine(item: PremiseItem) -> Examination:
    """Score all colours and the rejection."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    scored = yield [Score(prompt, answer) for answer in (*item.values, NOT_STATED)]
    *values, reject = (nats(answer.logprob) for answer in scored)
    yield Record({"values": values, "reject": reject})
