"""The texts that a model generates, as a record holds them."""

from dls.probes.shared.whole_answers import TextPair, WholeAnswer
from dls.standard.registry import load_registry
from dls_probes.requests import Generate, Generated, Prompt, nats


def most_tokens() -> int:
    """Return the limit on new tokens of an answer, which a profile may raise."""
    return load_registry().max_new_tokens


def whole_answer(answer: Generated) -> WholeAnswer:
    """Return a generated answer with its end, its closest decision and the thought before it."""
    return WholeAnswer(answer.text.strip(), answer.ended, nats(answer.gap), answer.thought.strip())


def text_requests(prompt: Prompt) -> tuple[Generate, Generate]:
    """Return the requests for a greedy answer and for one that the run's key samples."""
    return Generate(prompt, most_tokens()), Generate(prompt, most_tokens(), sample=0)


def text_pair(greedy: Generated, sampled: Generated) -> TextPair:
    """Return the answers to both."""
    return TextPair(whole_answer(greedy), whole_answer(sampled))
