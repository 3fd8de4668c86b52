"""Ask for the probability of every valid answer, and for sixteen answers."""

from dls.probes.diversity_open_answer import SAMPLES, OpenItem, OpenRecord
from dls_probes.probes._texts import most_tokens
from dls_probes.requests import Elicitation, Generate, Prompt, Score, nats


def elicit(item: OpenItem) -> Elicitation:
    """Score the valid answers and sample sixteen."""
    prompt = Prompt.user(item.question)
    scores = [Score(prompt, answer) for answer in item.valid]
    samples = [Generate(prompt, most_tokens(), sample=number) for number in range(SAMPLES)]
    replies = yield [*scores, *samples]
    answers = replies[len(scores) :]
    yield OpenRecord(
        item.id,
        logprobs=tuple(nats(reply.logprob) for reply in replies[: len(scores)]),
        answers=tuple(answer.text.strip() for answer in answers),
        ended=tuple(answer.ended for answer in answers),
    )
