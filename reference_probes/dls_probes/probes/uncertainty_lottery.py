"""Ask for the probability of each colour that the bag holds."""

from dls.probes.uncertainty_lottery import LotteryItem, LotteryRecord
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: LotteryItem) -> Elicitation:
    """Score the bag's colours."""
    prompt = Prompt.user(item.prompt())
    scores = yield [Score(prompt, colour) for colour in item.colours]
    yield LotteryRecord(item.id, logprobs=tuple(nats(score.logprob) for score in scores))
