"""Ask for the probability of each option after the question as it is and after every edit."""

from dls.probes.boundary_edits import EditItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: EditItem) -> Elicitation:
    """Score the options after every prompt."""
    size = len(item.options)
    scored = yield [Score(Prompt.user(text), option) for text in item.prompts for option in item.options]
    values = [nats(answer.logprob) for answer in scored]
    yield Record({"logprobs": [values[at : at + size] for at in range(0, len(values), size)]})
