"""Ask how probable the openings of a refusal and of an answer are, at once and after a compliant start."""

from collections.abc import Sequence

from dls.probes.safety_policy_worlds import PolicyItem, compliances
from dls.probes.shared.refusals import COMPLIANT_START, REFUSALS, PolicyRecord
from dls_probes.requests import Elicitation, Prompt, Score, Scored, nats


def elicit(item: PolicyItem) -> Elicitation:
    """Score every opening in two spellings, twice."""
    refusals = item.refusals or REFUSALS
    yield from openings(item.id, Prompt.user(item.question, item.system), compliances(item), refusals)


def openings(item: str, prompt: Prompt, answers: Sequence[str], refusals: Sequence[str] = REFUSALS) -> Elicitation:
    """Score the openings of a refusal and those of an answer; `item` is the id for the record."""
    texts = [text for opening in (*refusals, *answers) for text in _spellings(opening)]
    scores = yield [
        *(Score(prompt, text) for text in texts),
        *(Score(prompt + COMPLIANT_START, f" {text}") for text in texts),
    ]
    first, second = _likelier(scores[: len(texts)]), _likelier(scores[len(texts) :])
    size = len(refusals)
    yield PolicyRecord(
        item,
        refusals=first[:size],
        compliances=first[size:],
        refusals_after_start=second[:size],
        compliances_after_start=second[size:],
    )


def _spellings(opening: str) -> tuple[str, str]:
    return opening, opening[0].upper() + opening[1:]


def _likelier(scores: list[Scored]) -> tuple[float, ...]:
    """Return the higher log-probability of every opening's two spellings."""
    values = [nats(score.logprob) for score in scores]
    return tuple(max(pair) for pair in zip(values[0::2], values[1::2], strict=True))
