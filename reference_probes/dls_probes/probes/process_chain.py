"""Let a model read a reference trace step by step, read it with a slip, and write its own."""

from dls.probes.process_chain import ChainRecord, slip
from dls.probes.shared.chains import ChainItem, steps, trace
from dls_probes.probes._confidence import confidence, score_of_answer
from dls_probes.probes._texts import most_tokens, whole_answer
from dls_probes.requests import Elicitation, Generate, Prompt, Score, nats


def room(item: ChainItem) -> int:
    """Return how many tokens a model may write: enough for a generated trace, and one a letter for a file's trace."""
    return max(most_tokens(), len(trace(item.start, item.terms)))


def elicit(item: ChainItem) -> Elicitation:
    """Ask with the slip of the item."""
    yield from read_and_write(item, slip(item))


def read_and_write(item: ChainItem, wrong_step: tuple[int, int]) -> Elicitation:
    """Score every result after the steps before it and the answer after both traces, and generate a trace."""
    prompt = Prompt.user(item.question)
    right, wrong = steps(item.start, item.terms), steps(item.start, item.terms, wrong_step)
    answer = f" {item.values()[-1]}"
    *results, clean, corrupt, attempt = yield [
        *(_result(prompt, right, place) for place in range(len(right))),
        *(Score(prompt + "; ".join([*lines, "answer"]), answer) for lines in (right, wrong)),
        Generate(prompt, room(item)),
    ]
    score = yield score_of_answer(prompt, attempt)
    yield ChainRecord(
        item.id,
        ranked_first=tuple(result.greedy for result in results),
        clean=nats(clean.logprob),
        corrupted=nats(corrupt.logprob),
        trace=whole_answer(attempt),
        confidence=confidence(score),
        gaps=tuple(nats(result.gap) for result in results),
    )


def _result(prompt: Prompt, lines: list[str], place: int) -> Score:
    """Return the request for one step's result after the steps before it and its own left side."""
    left_side, _, result = lines[place].rpartition(" ")
    return Score(prompt + "; ".join([*lines[:place], left_side]), f" {result}")
