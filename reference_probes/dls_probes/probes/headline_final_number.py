"""Ask for the worked answer."""

from dls.probes.headline_final_number import NumberItem
from dls.probes.shared.answers import AnswerRecord
from dls_probes.requests import Elicitation, Generate, Prompt

MOST_TOKENS = 320


def elicit(item: NumberItem) -> Elicitation:
    """Generate greedily."""
    answer = yield Generate(Prompt.user(item.prompt()), MOST_TOKENS)
    yield AnswerRecord(item.id, text=answer.text.strip(), ended=answer.ended)
