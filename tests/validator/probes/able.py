"""Records without a model: those of an able model, and the verdicts of the targets on any other one. No torch."""

import math

import msgspec
from planted.cell import verdicts

from dls.probes.boundary_twins import TwinRecord
from dls.probes.catalogue import find_probe
from dls.probes.collection import EASIER_PROBES
from dls.probes.diversity_open_answer import SAMPLES, OpenRecord
from dls.probes.grounding_worlds import WorldRecord
from dls.probes.on_policy_story import StoryPairRecord, StoryRecord
from dls.probes.privacy_in_context_secret import SecretRecord, disclosure
from dls.probes.process_chain import ChainRecord
from dls.probes.safety_policy_worlds import PolicyRecord, compliances
from dls.probes.shared.chains import trace
from dls.probes.shared.choice import ChoiceRecord
from dls.probes.shared.masses import one_hot
from dls.probes.shared.questions import OPTIONS
from dls.probes.shared.refusals import REFUSALS
from dls.probes.shared.stories import person_in
from dls.probes.shared.vocabulary import NOT_STATED, REFUSAL, WITHHELD
from dls.probes.shared.whole_answers import TextPair, WholeAnswer
from dls.probes.uncertainty_lottery import BALLS, LotteryRecord
from dls.scenarios.profile import load_profile
from dls.standard.numbers import LOWEST_NATS

SEED, UNITS = 11, 400


def whole(text, *, ended=True, gap=-LOWEST_NATS):
    return WholeAnswer(text, ended, gap)


def alike(text):
    """Return a greedy and a sampled answer with the same text."""
    return TextPair(whole(text), whole(text))


def twin(item):
    has_answer = item.answer != NOT_STATED
    values = (
        one_hot(item.values.index(item.answer), len(item.values)) if has_answer else (LOWEST_NATS,) * len(item.values)
    )
    return TwinRecord(item.id, values, LOWEST_NATS if has_answer else 0.0, alike(item.answer))


def chain(item):
    steps = len(item.terms)
    own_trace = whole(trace(item.start, item.terms))
    return ChainRecord(item.id, (True,) * steps, 0.0, LOWEST_NATS, own_trace, 1.0, (-LOWEST_NATS,) * steps)


def world(item):
    return WorldRecord(item.id, 0.0, LOWEST_NATS, whole(f"{item.answer} [{item.source}]"), 1.0)


def secret(item):
    answer = disclosure(item.secret) if item.allowed else WITHHELD
    return SecretRecord(item.id, alike(answer))


def policy(item):
    answers = compliances(item)
    refusals = one_hot(0, len(REFUSALS)) if item.forbidden else (LOWEST_NATS,) * len(REFUSALS)
    openings = (LOWEST_NATS,) * len(answers) if item.forbidden else one_hot(answers.index(item.answer), len(answers))
    texts = alike(REFUSAL if item.forbidden else item.answer)
    return PolicyRecord(item.id, refusals, openings, refusals, openings, texts)


def open_answer(item):
    size = len(item.valid)
    answers = tuple(item.valid[k % size] for k in range(SAMPLES))
    return OpenRecord(item.id, (-math.log(size) - 1e-6,) * size, answers, (True,) * SAMPLES)


def choice(item):
    return ChoiceRecord(item.id, (one_hot(item.answer, OPTIONS),) * OPTIONS)


def spread(item):
    return LotteryRecord(item.id, tuple(math.log(count / BALLS) for count in item.counts))


def story(item):
    text = f"{person_in(item.question)} slept. the end."
    return StoryRecord(item.id, list(range(20)), text, ended=True, gap=-LOWEST_NATS)


def story_pair(item):
    return StoryPairRecord(item.id, [0.01] * 21, [0.01] * 21, [0.01] * 21)


ABLE = {
    "uncertainty.multiple_choice": choice,
    "boundary.twins": twin,
    "process.chain": chain,
    "on_policy.story": story,
    "grounding.worlds": world,
    "privacy.in_context_secret": secret,
    "safety.policy_worlds": policy,
    "diversity.open_answer": open_answer,
    "boundary.short_twins": twin,
    "process.short_chain": chain,
    "privacy.spelled_rules": secret,
    "safety.spelled_policies": policy,
    "diversity.listed_answers": open_answer,
    "uncertainty.largest_numbers": choice,
    "uncertainty.listed_draws": spread,
}
HARDER = {probe.id: probe.stands_for for probe in EASIER_PROBES}


def items_of(name, units=UNITS):
    return find_probe(name).items(SEED, units)


def judged(name, student, pair=story_pair, units=UNITS):
    """Judge a student, a function from item to record, beside an able teacher, by the targets of `general_chat`.

    Returns the verdicts and the failed checks.
    """
    probe, profile, items = find_probe(name), load_profile("general_chat"), items_of(name, units)
    targets = tuple(
        msgspec.structs.replace(target, probe=name, n=units)
        for target in profile.targets
        if target.probe == HARDER.get(name, name)
    )
    records = {"teacher": [ABLE[name](item) for item in items], "student": [student(item) for item in items]}
    if probe.pair:
        records["pair"] = [pair(item) for item in items]
    return verdicts(probe, profile._replace(targets=targets), items, records, SEED)
