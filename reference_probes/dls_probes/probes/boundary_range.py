"""Ask for the probability of each option of both questions."""

from dls.probes.boundary_range import RangeItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: RangeItem) -> Elicitation:
    """Score the options of the usual question and of the larger one."""
    both = (item.within, item.beyond)
    scored = yield [Score(Prompt.user(asked.prompt()), option) for asked in both for option in asked.options]
    values = [nats(answer.logprob) for answer in scored]
    size = len(item.within.options)
    yield Record({"within": values[:size], "beyond": values[size:]})
