"""Ask for the probability of each option after the question as it is and after every edit."""

from dls.probes.boundary_edits import EditItem
from dls.probes.shared.choice import ChoiceRecord
from dls_probes.probes._rows import rows_of
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: EditItem) -> Elicitation:
    """Score the options after every prompt."""
    scores = yield [Score(Prompt.user(text), option) for text in item.prompts for option in item.options]
    yield ChoiceRecord(item.id, logprobs=rows_of([nats(score.logprob) for score in scores], len(item.options)))
