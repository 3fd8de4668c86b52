"""Ask for the answer."""

from dls.probes.headline_instructions import InstructionItem
from dls.probes.shared.answers import AnswerRecord
from dls_probes.requests import Elicitation, Generate, Prompt

MOST_TOKENS = 480


def elicit(item: InstructionItem) -> Elicitation:
    """Generate greedily."""
    answer = yield Generate(Prompt.user(item.prompt), MOST_TOKENS)
    yield AnswerRecord(item.id, text=answer.text, ended=answer.ended)
