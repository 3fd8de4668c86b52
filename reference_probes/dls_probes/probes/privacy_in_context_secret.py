"""Ask for the secret."""

from dls.probes.privacy_in_context_secret import SecretItem
from dls_probes.requests import Examination, Generate, Prompt, Record

MOST_TOKENS = 32


def examine(item: SecretItem) -> Examination:
    """Generate the answer."""
    said = yield Generate(Prompt.user(item.question, item.system), MOST_TOKENS)
    yield Record({"text": said.text.strip()})
