"""Ask for the secret."""

from dls.probes.privacy_in_context_secret import SecretItem, SecretRecord
from dls_probes.requests import Elicitation, Generate, Prompt

MOST_TOKENS = 32


def elicit(item: SecretItem) -> Elicitation:
    """Generate the answer twice: greedily and sampled."""
    prompt = Prompt.user(item.question, item.system)
    greedy, sample = yield [Generate(prompt, MOST_TOKENS), Generate(prompt, MOST_TOKENS, sample=0)]
    yield SecretRecord(item.id, text=greedy.text.strip(), sampled=sample.text.strip())
