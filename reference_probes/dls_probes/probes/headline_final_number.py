"""Ask for the worked answer."""

from dls.probes.headline_final_number import NumberItem
from dls_probes.requests import Elicitation, Generate, Prompt, Record

MOST_TOKENS = 320


def elicit(item: NumberItem) -> Elicitation:
    """Generate greedily."""
    said = yield Generate(Prompt.user(item.prompt()), MOST_TOKENS)
    yield Record({"text": said.text.strip()})
