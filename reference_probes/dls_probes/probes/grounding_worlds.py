"""Ask for the probability of the right value and of its competitor, and for the answer with its source."""

from dls.probes.grounding_worlds import WorldItem
from dls_probes.probes._confidence import confidence, own
from dls_probes.requests import Elicitation, Generate, Prompt, Record, Score, nats

MOST_TOKENS = 24


def elicit(item: WorldItem) -> Elicitation:
    """Score both values and generate."""
    prompt = Prompt.user(f"{item.context} {item.question}")
    right, other, said = yield [Score(prompt, item.answer), Score(prompt, item.other), Generate(prompt, MOST_TOKENS)]
    scored = yield own(prompt, said)
    yield Record(
        {
            "answer": nats(right.logprob),
            "other": nats(other.logprob),
            "text": said.text.strip(),
            "confidence": confidence(scored),
            "gap": nats(said.gap),
        }
    )
