"""Ask for the probability of each option in every rotation, so that no place in the list is favoured."""

from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls_probes.probes._rows import rows_of
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: ChoiceItem) -> Elicitation:
    """Score the four options after the question that lists them in each of their rotations."""
    size = len(item.options)
    prompts = [Prompt.user(item.prompt(rotation)) for rotation in range(size)]
    scores = yield [Score(prompt, option) for prompt in prompts for option in item.options]
    yield ChoiceRecord(item.id, logprobs=rows_of([nats(score.logprob) for score in scores], size))
