"""Ask for the answer."""

from dls.probes.headline_instructions import InstructionItem
from dls_probes.requests import Elicitation, Generate, Prompt, Record

MOST_TOKENS = 480


def elicit(item: InstructionItem) -> Elicitation:
    """Generate greedily."""
    said = yield Generate(Prompt.user(item.prompt), MOST_TOKENS)
    yield Record({"text": said.text})
