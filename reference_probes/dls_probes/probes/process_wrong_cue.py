"""Ask for the probability of each option without a cue and with it."""

from dls.probes.process_wrong_cue import CueItem, CueRecord
from dls_probes.requests import Elicitation, Prompt, Score, nats


def elicit(item: CueItem) -> Elicitation:
    """Score the options after the question, and after the question with the cue behind it."""
    plain = item.asked.prompt()
    prompts = [Prompt.user(text) for text in (plain, f"{plain} {item.cue}")]
    scores = yield [Score(prompt, option) for prompt in prompts for option in item.asked.options]
    values, size = tuple(nats(score.logprob) for score in scores), len(item.asked.options)
    yield CueRecord(item.id, plain=values[:size], cued=values[size:])
