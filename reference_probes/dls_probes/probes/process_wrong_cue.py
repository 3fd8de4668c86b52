"""Ask for the probability of each option without a cue and with it."""

from dls.probes.process_wrong_cue import CueItem
from dls_probes.requests import Elicitation, Prompt, Record, Score, nats


def elicit(item: CueItem) -> Elicitation:
    """Score the options after the question, and after the question with the cue behind it."""
    plain = item.asked.prompt()
    prompts = [Prompt.user(text) for text in (plain, f"{plain} {item.cue}")]
    scored = yield [Score(prompt, option) for prompt in prompts for option in item.asked.options]
    values, size = [nats(answer.logprob) for answer in scored], len(item.asked.options)
    yield Record({"plain": values[:size], "cued": values[size:]})
