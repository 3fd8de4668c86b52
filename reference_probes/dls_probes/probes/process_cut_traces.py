"""Let a model read a part of a trace, all of it, and one with a wrong step, and ask for the answer each time."""

from dls.probes.process_chain import slip
from dls.probes.process_cut_traces import CutItem, CutRecord
from dls.probes.shared.chains import steps
from dls_probes.probes._rows import rows_of
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: CutItem) -> Elicitation:
    """Score the item's answers after every beginning of the reference trace and after the wrong trace."""
    chain = item.chain
    right, wrong = steps(chain.start, chain.terms), steps(chain.start, chain.terms, slip(chain))
    traces = [*(right[:count] for count in range(len(right) + 1)), wrong]
    prompts = [Prompt.user(chain.question) + "; ".join([*lines, "answer"]) for lines in traces]
    scores = yield [Score(prompt, f" {answer}") for prompt in prompts for answer in item.answers]
    *cut, whole, mistaken = rows_of([nats(score.logprob) for score in scores], len(item.answers))
    yield CutRecord(item.id, cut=tuple(cut), whole=whole, mistaken=mistaken)
