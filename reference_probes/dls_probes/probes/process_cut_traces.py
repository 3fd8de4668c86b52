"""Let a model read a part of a trace, all of it, and one with a wrong step, and ask for the answer each time."""

from dls.probes.process_chain import slip, steps
from dls.probes.process_cut_traces import CutItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: CutItem) -> Elicitation:
    """Score the item's answers after every beginning of the reference trace and after the wrong trace."""
    chain = item.chain
    right, wrong = steps(chain.start, chain.terms), steps(chain.start, chain.terms, slip(chain))
    read = [*(right[:count] for count in range(len(right) + 1)), wrong]
    prompts = [Prompt.user(chain.question) + "; ".join([*told, "answer"]) for told in read]
    scored = yield [Score(prompt, f" {answer}") for prompt in prompts for answer in item.answers]
    values, size = [nats(answer.logprob) for answer in scored], len(item.answers)
    *cut, whole, mistaken = (values[at : at + size] for at in range(0, len(values), size))
    yield Record({"cut": cut, "whole": whole, "mistaken": mistaken})
