"""The texts that a model generates, as a record holds them."""

from dls.probes.shared.whole_answers import END_OF_THOUGHT, TextPair, WholeAnswer
from dls.standard.registry import load_registry
from dls_probes.requests import Generate, Generated, Prompt, nats


def most_tokens() -> int:
    """Return the limit on new tokens of an answer, which a profile may raise."""
    return load_registry().max_new_tokens


def whole_answer(answer: Generated) -> WholeAnswer:
    """Return a generated answer with the thought before it, its end and its closest decision."""
    text, thought = answer.text.strip(), answer.thought.replace(END_OF_THOUGHT, "").strip()
    return WholeAnswer(f"{thought}{END_OF_THOUGHT}{text}" if thought else text, answer.ended, nats(answer.gap))


def text_requests(prompt: Prompt) -> tuple[Generate, Generate]:
    """Return the requests for a greedy answer and for one that the run's key samples."""
    return Generate(prompt, most_tokens()), Generate(prompt, most_tokens(), sample=0)


def text_pair(greedy: Generated, sampled: Generated) -> TextPair:
    """Return the answers to both."""
    return TextPair(whole_answer(greedy), whole_answer(sampled))
