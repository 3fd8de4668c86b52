"""Ask each model how probable a given text is, and both how far apart they are at every position of it."""

from collections.abc import Sequence

from dls.probes.fidelity_next_token import TextItem, TextPairRecord, TextRecord
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Divergence, Elicitation, Prompt, Score, nats


def elicit(item: TextItem) -> Elicitation:
    """Score the text and its end."""
    score = yield Score(Prompt.user(item.question), item.text, end=True)
    yield TextRecord(item.id, logprob=nats(score.logprob))


def elicit_pair(answers: AnsweredItem[TextItem, TextRecord]) -> Elicitation:
    """Ask how far apart the models are at the text's positions and at its end."""
    divergence = yield Divergence(Prompt.user(answers.item.question), answers.item.text, end=True)
    yield TextPairRecord(
        answers.id,
        forward=_mean(divergence.forward),
        reverse=_mean(divergence.reverse),
        jensen_shannon=_mean(divergence.jensen_shannon),
        total_variation=_mean(divergence.total_variation),
        same_top=_mean(divergence.same_top),
    )


def _mean(values: Sequence[float]) -> float:
    return nats(sum(values) / len(values))
