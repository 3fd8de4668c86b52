"""Let a model go on from the beginning of a trace, right and wrong."""

from dls.probes.on_policy_recovery import starts
from dls.probes.process_chain import ChainItem
from dls_probes.probes._confidence import confidence, own
from dls_probes.probes.process_chain import room
from dls_probes.requests import Elicitation, Generate, Prompt, Record


def elicit(item: ChainItem) -> Elicitation:
    """Generate both ends, and ask how sure the model is of the one after the wrong beginning."""
    right, wrong = (Prompt.user(item.question) + start for start in starts(item))
    clean, injected = yield [Generate(right, room(item)), Generate(wrong, room(item))]
    scored = yield own(wrong, injected)
    yield Record({"clean": clean.text.strip(), "injected": injected.text.strip(), "confidence": confidence(scored)})
