"""Ask for the probability of each option, once."""

from dls.probes.shared.choice import ChoiceItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: ChoiceItem) -> Elicitation:
    """Score the four options after the question that lists them."""
    prompt = Prompt.user(item.prompt())
    scored = yield [Score(prompt, option) for option in item.options]
    yield Record({"logprobs": [[nats(answer.logprob) for answer in scored]]})
