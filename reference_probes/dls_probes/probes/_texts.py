"""The texts that a model generates, as a record holds them."""

from dls.probes.shared.whole_answers import WholeAnswer
from dls.standard.registry import load_registry
from dls_probes.requests import Generated, nats


def most_tokens() -> int:
    """Return the limit on new tokens of an answer, which a profile may raise."""
    return load_registry().max_new_tokens


def whole_answer(answer: Generated) -> WholeAnswer:
    """Return a generated answer with its end and its closest decision."""
    return WholeAnswer(answer.text.strip(), answer.ended, nats(answer.gap))
