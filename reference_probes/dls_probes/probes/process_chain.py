"""Let a model read a reference trace step by step, read it with a slip, and write its own."""

from dls.probes.process_chain import ChainItem, slip, steps, trace
from dls_probes.probes._confidence import confidence, own
from dls_probes.requests import Elicitation, Generate, Prompt, Record, Score, nats

MOST_TOKENS = 64


def room(item: ChainItem) -> int:
    """Return how many tokens a model may write: enough for every trace of the generator, and for a file's one token a letter."""
    return max(MOST_TOKENS, len(trace(item.start, item.terms)))


def elicit(item: ChainItem) -> Elicitation:
    """Ask with the slip of the item."""
    yield from read_and_write(item, slip(item))


def read_and_write(item: ChainItem, slipped: tuple[int, int]) -> Elicitation:
    """Score every result after the steps before it and the answer after both traces, and generate a trace."""
    prompt = Prompt.user(item.question)
    right, wrong = steps(item.start, item.terms), steps(item.start, item.terms, slipped)
    answer = f" {item.values()[-1]}"
    *results, clean, corrupted, said = yield [
        *(_result(prompt, right, place) for place in range(len(right))),
        *(Score(prompt + "; ".join([*told, "answer"]), answer) for told in (right, wrong)),
        Generate(prompt, room(item)),
    ]
    scored = yield own(prompt, said)
    yield Record(
        {
            "ranked_first": [result.greedy for result in results],
            "clean": nats(clean.logprob),
            "corrupted": nats(corrupted.logprob),
            "trace": said.text.strip(),
            "confidence": confidence(scored),
            "gaps": [nats(result.gap) for result in results],
        }
    )


def _result(prompt: Prompt, told: list[str], place: int) -> Score:
    """Return the request for one step's result after the steps before it and its own left side."""
    left, _, result = told[place].rpartition(" ")
    return Score(prompt + "; ".join([*told[:place], left]), f" {result}")
