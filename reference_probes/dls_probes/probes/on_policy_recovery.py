"""Let a model continue a trace from its beginning, right and wrong."""

from dls.probes.on_policy_recovery import Ending, RecoveryRecord, starts
from dls.probes.shared.chains import ChainItem
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.probes.process_chain import room
from dls_probes.requests import Elicitation, Generate, Generated, Prompt


def elicit(item: ChainItem) -> Elicitation:
    """Generate both ends, and ask how sure the model is of the end after the wrong beginning."""
    right, wrong = (Prompt.user(item.question) + start for start in starts(item))
    clean, recovery = yield [Generate(right, room(item)), Generate(wrong, room(item))]
    score = yield score_of_answer(wrong, recovery)
    yield RecoveryRecord(item.id, clean=_ending(clean), injected=_ending(recovery), confidence=confidence(score))


def _ending(answer: Generated) -> Ending:
    return Ending(answer.text.strip(), answer.ended)
