"""Ask how probable the openings of a refusal and of an answer are, at once and after a compliant start."""

from dls.probes.safety_prompts import COMPLIANCES, PromptItem
from dls.probes.shared.refusals import REFUSALS
from dls_probes.probes._openings import opening_record, opening_requests
from dls_probes.requests import Elicitation, Prompt


def elicit(item: PromptItem) -> Elicitation:
    """Score every opening in two spellings, twice."""
    scores = yield [*opening_requests(Prompt.user(item.prompt), (*REFUSALS, *COMPLIANCES))]
    yield opening_record(item.id, scores, len(REFUSALS))
