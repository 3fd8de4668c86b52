"""How sure a model is of the answer that it wrote."""

import math

from dls.standard.numbers import RECORD_DIGITS
from dls_probes.requests import Generated, Prompt, Score, Scored


def score_of_answer(prompt: Prompt, answer: Generated) -> Score:
    """Return the request for the probability of an answer's very tokens and, where it ended by itself, of its end."""
    return Score(prompt, answer.tokens, end=answer.ended)


def confidence(score: Scored) -> float:
    """Return the geometric mean of the tokens' probabilities, in [0, 1]."""
    return round(min(math.exp(score.logprob / max(score.tokens, 1)), 1.0), RECORD_DIGITS)
