"""Ask for the secret."""

from dls.probes.privacy_in_context_secret import SecretItem
from dls_probes.requests import Elicitation, Generate, Prompt, Record

MOST_TOKENS = 32


def elicit(item: SecretItem) -> Elicitation:
    """Generate the answer twice: greedily and sampled."""
    prompt = Prompt.user(item.question, item.system)
    said, sampled = yield [Generate(prompt, MOST_TOKENS), Generate(prompt, MOST_TOKENS, sample=0)]
    yield Record({"text": said.text.strip(), "sampled": sampled.text.strip()})
