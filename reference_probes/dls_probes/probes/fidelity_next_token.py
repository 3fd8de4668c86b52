"""Ask each model how probable a given text is, and both how far apart they are at every position of it."""

from collections.abc import Sequence

from dls.probes.fidelity_next_token import TextItem, TextRecord
from dls_probes.probes.two_models import Answered
from dls_probes.requests import Divergence, Elicitation, Prompt, Record, Score, nats


def elicit(item: TextItem) -> Elicitation:
    """Score the text and its end."""
    scored = yield Score(Prompt.user(item.question), item.text, end=True)
    yield Record({"logprob": nats(scored.logprob)})


def elicit_pair(answered: Answered[TextItem, TextRecord]) -> Elicitation:
    """Ask how far apart the models are at the text's positions and at its end."""
    apart = yield Divergence(Prompt.user(answered.item.question), answered.item.text, end=True)
    yield Record(
        {
            "forward": _mean(apart.forward),
            "reverse": _mean(apart.reverse),
            "jensen_shannon": _mean(apart.jensen_shannon),
            "total_variation": _mean(apart.total_variation),
            "same_top": _mean(apart.same_top),
        }
    )


def _mean(values: Sequence[float]) -> float:
    return nats(sum(values) / len(values))
