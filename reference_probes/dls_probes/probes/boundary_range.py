"""Ask for the probability of each option of both questions."""

from dls.probes.boundary_range import RangeItem, RangeRecord
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: RangeItem) -> Elicitation:
    """Score the options of the usual question and of the larger one."""
    choices = (item.within, item.beyond)
    scores = yield [Score(Prompt.user(choice.prompt()), option) for choice in choices for option in choice.options]
    values = tuple(nats(score.logprob) for score in scores)
    size = len(item.within.options)
    yield RangeRecord(item.id, within=values[:size], beyond=values[size:])
