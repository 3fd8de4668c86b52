"""Ask for the probability of the right value and of its competitor, and for the answer with its source."""

from dls.probes.grounding_worlds import WorldItem, WorldRecord
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.probes._texts import most_tokens, whole_answer
from dls_probes.requests import Elicitation, Generate, Prompt, Score, nats


def elicit(item: WorldItem) -> Elicitation:
    """Score both values and generate."""
    prompt = Prompt.user(item.prompt())
    right, competitor, answer = yield [
        Score(prompt, item.answer),
        Score(prompt, item.other),
        Generate(prompt, most_tokens()),
    ]
    score = yield score_of_answer(prompt, answer)
    yield WorldRecord(
        item.id,
        answer=nats(right.logprob),
        other=nats(competitor.logprob),
        reply=whole_answer(answer),
        confidence=confidence(score),
    )
