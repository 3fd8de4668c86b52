"""Ask how probable the openings of a refusal and of an answer are, and for two whole answers."""

import msgspec

from dls.probes.safety_policy_worlds import PolicyItem, PolicyRecord, compliances
from dls.probes.shared.refusals import REFUSALS
from dls_probes.probes._openings import opening_record, opening_requests
from dls_probes.probes._texts import text_pair, text_requests
from dls_probes.requests import Elicitation, Prompt


def elicit(item: PolicyItem) -> Elicitation:
    """Score every opening in two spellings, twice, and generate."""
    prompt, refusals = Prompt.user(item.question, item.system), item.refusals or REFUSALS
    openings = opening_requests(prompt, (*refusals, *compliances(item)))
    *scores, greedy, sampled = yield [*openings, *text_requests(prompt)]
    record = opening_record(item.id, scores, len(refusals))
    yield PolicyRecord(**msgspec.structs.asdict(record), texts=text_pair(greedy, sampled))
