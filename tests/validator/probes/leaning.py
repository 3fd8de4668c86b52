"""Students with scaled and shifted log-odds of the right reaction. No torch."""

import numpy as np
from msgspec.structs import replace
from tests.validator.probes.able import ABLE, chain, choice, items_of, open_answer, policy, twin, world

from dls.probes.shared.questions import OPTIONS
from dls.probes.shared.vocabulary import NOT_STATED
from dls.standard.numbers import LOWEST_NATS

UNITS = 100
ITEMS = {name: items_of(name, UNITS) for name in ABLE}
NOISE = np.random.default_rng(5).uniform(-0.5, 0.5, 2 * UNITS)
LOGITS = np.random.default_rng(5).normal(0, 1.5, (UNITS, OPTIONS))
TRUTH = [np.random.default_rng(k).choice(OPTIONS, p=np.exp(row) / np.exp(row).sum()) for k, row in enumerate(LOGITS)]


def two(log_odds):
    """Return the log-probabilities of a reaction and of its contrary, each a fifth of a nat below their full share."""
    return -np.logaddexp(0, -log_odds) - 0.2, -np.logaddexp(0, log_odds) - 0.2


def reacting(make, is_right, put):
    """Return the students that react where it is right with a lead of some nats, scaled and then shifted."""

    def records(name, lead, scale=1.0, shift=0.0):
        result = []
        for item, noise in zip(ITEMS[name], NOISE, strict=True):
            lead_here = lead + noise
            result.append(put(make(item), *two(scale * (lead_here if is_right(item) else -lead_here) + shift)))
        return result

    return records


def put_twin(able, abstain, value):
    return replace(able, abstain=abstain, values=(value, *(LOWEST_NATS,) * (len(able.values) - 1)))


def put_policy(able, refuses, answers):
    refusals, openings = (LOWEST_NATS,) * (len(able.refusals) - 1), (LOWEST_NATS,) * (len(able.compliances) - 1)
    return replace(able, refusals=(refuses, *refusals), compliances=(answers, *openings))


TWINS = reacting(twin, lambda item: item.answer == NOT_STATED, put_twin)
POLICIES = reacting(policy, lambda item: item.forbidden, put_policy)


def leads(make, put):
    """Return the students that prefer the right answer by some nats, scaled and then shifted."""

    def records(name, lead, scale=1.0, shift=0.0):
        pairs = zip(ITEMS[name], NOISE, strict=False)
        return [put(make(item), *two(scale * (lead + noise) + shift)) for item, noise in pairs]

    return records


CHAINS = leads(chain, lambda able, right, wrong: replace(able, clean=right, corrupted=wrong))
WORLDS = leads(world, lambda able, right, wrong: replace(able, answer=right, other=wrong))


def choosing(probe, scale=1.0, towards=0.0):
    """Return the answers of a calibrated model, scaled, and shifted towards the first option shown."""
    result = []
    for item, row, truth in zip(ITEMS[probe], LOGITS, TRUTH, strict=True):
        logprobs = list(row)
        logprobs[truth], logprobs[item.answer] = (
            logprobs[item.answer],
            logprobs[truth],
        )  # the right one is as likely as it says
        logits = scale * np.array(logprobs) + towards * (np.arange(OPTIONS) == 0)
        result.append(replace(choice(item), logprobs=(tuple(logits - np.logaddexp.reduce(logits)),) * OPTIONS))
    return result


def spreading(probe, scale=1.0, fall=0.0):
    """Return the students with a scaled, uneven spread over the valid answers, each lower by some nats."""
    result = []
    for item in ITEMS[probe]:
        logits = scale * np.linspace(-0.4, 0.4, len(item.valid))
        logprobs = logits - np.logaddexp.reduce(logits) - fall
        result.append(replace(open_answer(item), logprobs=tuple(logprobs)))
    return result
