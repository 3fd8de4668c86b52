"""Ask for the probability of the right value and of its competitor, and for the answer with its source."""

from dls.probes.grounding_worlds import WorldItem, WorldRecord
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.requests import Elicitation, Generate, Prompt, Score, nats

MOST_TOKENS = 24


def elicit(item: WorldItem) -> Elicitation:
    """Score both values and generate."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    right, competitor, answer = yield [
        Score(prompt, item.answer),
        Score(prompt, item.other),
        Generate(prompt, MOST_TOKENS),
    ]
    score = yield score_of_answer(prompt, answer)
    yield WorldRecord(
        item.id,
        answer=nats(right.logprob),
        other=nats(competitor.logprob),
        text=answer.text.strip(),
        confidence=confidence(score),
        gap=nats(answer.gap),
    )
