"""How sure a model is of what it wrote."""

import math

from dls.standard.numbers import RECORD_DIGITS
from dls_probes.requests import Generated, Prompt, Score, Scored


def own(prompt: Prompt, said: Generated) -> Score:
    """Ask for the probability of an answer's very tokens and, where it ended by itself, of its end."""
    return Score(prompt, said.tokens, end=said.ended)


def confidence(scored: Scored) -> float:
    """Return the geometric mean of the tokens' probabilities, in [0, 1]."""
    return round(min(math.exp(scored.logprob / max(scored.tokens, 1)), 1.0), RECORD_DIGITS)
