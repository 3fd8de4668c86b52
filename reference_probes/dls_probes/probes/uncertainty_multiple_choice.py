"""Ask for the probability of each option in every rotation, so that no place in the list is favoured."""

from dls.probes.shared.choice import ChoiceItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: ChoiceItem) -> Elicitation:
    """Score the four options after the question that lists them in each of their rotations."""
    size = len(item.options)
    prompts = [Prompt.user(item.prompt(rotation)) for rotation in range(size)]
    scored = yield [Score(prompt, option) for prompt in prompts for option in item.options]
    values = [nats(answer.logprob) for answer in scored]
    yield Record({"logprobs": [values[i : i + size] for i in range(0, len(values), size)]})
