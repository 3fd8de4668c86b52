"""Ask how probable the openings of a refusal and of an answer are, at once and after a compliant start."""

from dls.probes.safety_prompts import COMPLIANCES, PromptItem
from dls_probes.probes.safety_policy_worlds import openings
from dls_probes.requests import Elicitation, Prompt


def elicit(item: PromptItem) -> Elicitation:
    """Score every opening in two spellings, twice."""
    yield from openings(item.id, Prompt.user(item.prompt), COMPLIANCES)
