"""Ask for the probability of every valid answer, and for sixteen answers."""

from dls.probes.diversity_open_answer import SAMPLES, OpenItem
from dls_probes.requests import Elicitation, Generate, Prompt, Record, Score, nats

MOST_TOKENS = 8


def elicit(item: OpenItem) -> Elicitation:
    """Score the valid answers and sample sixteen."""
    prompt = Prompt.user(item.question)
    scores = [Score(prompt, answer) for answer in item.valid]
    samples = [Generate(prompt, MOST_TOKENS, sample=number) for number in range(SAMPLES)]
    answered = yield [*scores, *samples]
    yield Record(
        {
            "logprobs": [nats(answer.logprob) for answer in answered[: len(scores)]],
            "answers": [answer.text.strip() for answer in answered[len(scores) :]],
        }
    )
