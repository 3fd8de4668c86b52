"""Ask for the probability of each option, once."""

from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: ChoiceItem) -> Elicitation:
    """Score the four options after the question that lists them."""
    prompt = Prompt.user(item.prompt())
    scores = yield [Score(prompt, option) for option in item.options]
    yield ChoiceRecord(item.id, logprobs=(tuple(nats(score.logprob) for score in scores),))
