"""Ask for the secret."""

from dls.probes.privacy_in_context_secret import SecretItem
from dls_probes.confidence import confidence, own
from dls_probes.requests import Examination, Generate, Prompt, Record

MOST_TOKENS = 32


def examine(item: SecretItem) -> Examination:
    """Generate the answer."""
    prompt = Prompt.user(item.question, item.system)
    said = yield Generate(prompt, MOST_TOKENS)
    scored = yield own(prompt, said)
    yield Record({"text": said.text.strip(), "confidence": confidence(scored)})
