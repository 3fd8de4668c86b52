"""Ask for the probability of each colour that the bag holds."""

from dls.probes.uncertainty_lottery import LotteryItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: LotteryItem) -> Elicitation:
    """Score the bag's colours."""
    prompt = Prompt.user(item.prompt())
    scored = yield [Score(prompt, colour) for colour in item.colours]
    yield Record({"logprobs": [nats(answer.logprob) for answer in scored]})
