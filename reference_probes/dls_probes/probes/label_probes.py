"""Ask a classifier how probable each of its labels is for a text."""

from dls.probes.boundary_out_of_scope import ScopeItem
from dls.probes.shared.labels import LabelledItem, LabelRecord
from dls_probes.requests import Distribution, Elicitation, Prompt, nats


def elicit(item: LabelledItem | ScopeItem) -> Elicitation:
    """Ask for the whole distribution over labels; the record names them, since the order of outputs is each model's."""
    spread = yield Distribution(Prompt.user(item.text))
    yield LabelRecord(item.id, logprobs=dict(zip(spread.labels, map(nats, spread.options), strict=True)))
