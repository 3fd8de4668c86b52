"""Ask for the secret."""

from dls.probes.privacy_in_context_secret import SecretItem, SecretRecord
from dls_probes.probes._texts import text_pair, text_requests
from dls_probes.requests import Elicitation, Prompt


def elicit(item: SecretItem) -> Elicitation:
    """Generate the answer twice: greedily and sampled."""
    greedy, sampled = yield [*text_requests(Prompt.user(item.question, item.system))]
    yield SecretRecord(item.id, text_pair(greedy, sampled))
