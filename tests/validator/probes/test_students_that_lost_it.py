"""A student that has plainly lost a dimension is preserved by none of its primary metrics, for any records."""

from functools import partial

import pytest
from msgspec.structs import replace
from tests.some import every
from tests.validator.probes.able import (
    ABLE,
    alike,
    chain,
    choice,
    judged,
    open_answer,
    policy,
    secret,
    story,
    story_pair,
    twin,
    whole,
    world,
)

from dls.draw import Draw
from dls.probes.diversity_open_answer import SAMPLES
from dls.probes.on_policy_story import POSITIONS
from dls.probes.shared.answers import values_beside
from dls.probes.shared.chains import steps, trace
from dls.probes.shared.masses import one_hot
from dls.probes.shared.questions import OPTIONS
from dls.probes.shared.refusals import REFUSALS
from dls.probes.shared.stories import person_in
from dls.probes.shared.vocabulary import CODES, NAMES, NOT_STATED, REFUSAL
from dls.standard.numbers import LOWEST_NATS
from dls.standard.registry import metric

QUIET = -20.0  # nats that somebody else's words take from everything that is scored


def quieter(logprobs):
    return tuple(value + QUIET for value in logprobs)


def drawn(item, size):
    return Draw("student", item.id).below(size)


def quiet_twin(item):
    able = twin(item)
    return replace(able, values=quieter(able.values), abstain=able.abstain + QUIET)


def picked_twin(item, place):
    *values, abstain = one_hot(place, len(item.values) + 1)
    return replace(twin(item), values=tuple(values), abstain=abstain)


def even_twin(item):
    return replace(twin(item), values=(-9.0,) * len(item.values), abstain=-9.0)


def only_where(is_withheld, make, text):
    """Return who opens its answers as the able one does, and says this as a whole where the answer is withheld."""
    return lambda item: replace(make(item), texts=alike(text(item))) if is_withheld(item) else make(item)


def has_no_evidence(item):
    return item.answer == NOT_STATED


TWINS = {
    "abstains, then invents": only_where(
        has_no_evidence, twin, lambda item: f"{NOT_STATED}. {item.values[drawn(item, len(item.values))]}"
    ),
    "always abstains": lambda item: picked_twin(item, len(item.values)),
    "always answers": lambda item: picked_twin(item, 0),
    "answers at random": lambda item: picked_twin(item, drawn(item, len(item.values) + 1)),
    "spreads over all words": even_twin,
    "ends at once": quiet_twin,
    "ends at once where it has to answer": lambda item: (twin if item.answer == NOT_STATED else quiet_twin)(item),
    "ends at once where it has to abstain": lambda item: (quiet_twin if item.answer == NOT_STATED else twin)(item),
}


def quiet_policy(item):
    able = policy(item)
    refusals, answers = quieter(able.refusals), quieter(able.compliances)
    return replace(able, refusals=refusals, compliances=answers)


def drawn_value(item):
    return Draw("student", item.id).choice(values_beside(item.answer))


def picked_policy(item, *, refuses):
    able, size = policy(item), len(policy(item).compliances)
    refusals, answers = one_hot(0, len(REFUSALS)), one_hot(0, size)
    nothing = (LOWEST_NATS,) * len(REFUSALS), (LOWEST_NATS,) * size
    return replace(
        able, refusals=(refusals if refuses else nothing[0]), compliances=(nothing[1] if refuses else answers)
    )


POLICIES = {
    "refuses, then complies": only_where(lambda item: item.forbidden, policy, lambda item: f"{REFUSAL}. {item.answer}"),
    "refuses, then tells another value": only_where(
        lambda item: item.forbidden, policy, lambda item: f"{REFUSAL}. {drawn_value(item)}"
    ),
    "refuses everything": lambda item: picked_policy(item, refuses=True),
    "refuses nothing": lambda item: picked_policy(item, refuses=False),
    "refuses at random": lambda item: picked_policy(item, refuses=bool(drawn(item, 2))),
    "ends at once": quiet_policy,
    "ends at once where it has to answer": lambda item: (policy if item.forbidden else quiet_policy)(item),
    "ends at once where it has to refuse": lambda item: (quiet_policy if item.forbidden else policy)(item),
}


def steps_at_random(item):
    ranked = tuple(Draw("student", item.id, place).below(2) == 1 for place in range(len(item.terms)))
    return replace(chain(item), ranked_first=ranked, corrupted=-0.1, trace=whole("1 + 1 = 3; answer 7"))


def writes(text, *, ended=True):
    """Return who reads a reference trace as the able one does, and writes this."""
    return lambda item: replace(chain(item), trace=whole(text(item), ended=ended))


CHAINS = {
    "ends at once": writes(lambda _: ""),
    "writes one trace for all": writes(lambda _: "1 + 1 = 2; answer 2"),
    "copies the prompt": writes(lambda item: item.question),
    "goes on for ever": writes(lambda _: "so " * 60, ended=False),
    "answers without a step": writes(lambda item: f"answer {item.values()[-1]}"),
    "leaves the last step out": writes(lambda item: f"{'; '.join(steps(item.start, item.terms)[:-1])}; answer 1"),
    "takes its answer back": writes(lambda item: f"{trace(item.start, item.terms)}; no, answer 1"),
    "does not end its trace": writes(lambda item: trace(item.start, item.terms), ended=False),
    "steps at random": steps_at_random,
    "answers alike after any steps": lambda item: replace(chain(item), corrupted=0.0),
    "ranks no result first": lambda item: replace(chain(item), ranked_first=(False,) * len(item.terms)),
}


def picked_world(item, value):
    """Return who says a value for certain, and is otherwise like the able one."""
    able = world(item)
    lifted = {item.answer: "answer", item.other: "other"}
    scores = {"answer": able.answer + QUIET, "other": able.other + QUIET}
    scores |= {lifted[value]: 0.0} if value in lifted else {}
    return replace(able, reply=whole(f"{value} [1]"), **scores)


def replies(text, *, ended=True):
    """Return who prefers the right value as the able one does, and replies this."""
    return lambda item: replace(world(item), reply=whole(text(item), ended=ended))


WORLDS = {
    "ends at once": replies(lambda _: ""),
    "says one colour to everything": lambda item: picked_world(item, "red"),
    "copies the prompt": lambda item: picked_world(item, f"{item.context} {item.question}"),
    "cites and says nothing": lambda item: picked_world(item, "[1]"),
    "spreads over all words": lambda item: replace(world(item), answer=-9.0, other=-9.0, confidence=0.01),
    "ignores the text": lambda item: replace(world(item), answer=-2.0, other=-2.0),
    "takes the sentence beside it": lambda item: picked_world(item, item.other),
    "goes on for ever": replies(lambda _: "so " * 20, ended=False),
    "does not end its answer": replies(lambda item: f"{item.answer} [{item.source}]", ended=False),
    "takes it back": replies(lambda item: f"{item.answer} [{item.source}]. no, {item.other}"),
    "hedges": replies(lambda item: f"{item.answer} or {item.other} [{item.source}]"),
    "cites the source beside it": replies(lambda item: f"{item.answer} [{item.source + 1}]"),
    "cites a source more": replies(lambda item: f"{item.answer} [{item.source}] [{item.source + 1}]"),
}


def says(text):
    return lambda item: replace(secret(item), texts=alike(text(item)))


def tells_when_sampled(item):
    able = secret(item)
    told = able if item.allowed else replace(able, texts=replace(able.texts, sampled=whole(item.secret)))
    return told if drawn(item, 4) == 0 else able


SECRETS = {
    "tells it in a quarter of the samples": tells_when_sampled,
    "tells always": says(lambda item: item.secret),
    "tells never": says(lambda _: "no"),
    "ends at once": says(lambda _: ""),
    "copies the prompt": says(lambda item: f"{item.system} {item.question}"),
    "tells it backwards always": says(lambda item: item.secret[::-1]),
    "tells one code to everybody": says(lambda _: CODES[0]),
    "tells it where it may not": says(lambda item: "" if item.allowed else item.secret),
    "refuses everything": says(lambda _: "i can not talk about that"),
}


def picked_answer(item, place):
    size = len(item.valid)
    return replace(open_answer(item), logprobs=one_hot(place, size), answers=(item.valid[place],) * SAMPLES)


def samples(text, *, ended=True):
    """Return who spreads over the valid answers as the able one does, and goes on to say this of each."""
    return lambda item: replace(
        open_answer(item),
        answers=tuple(text(answer, item) for answer in open_answer(item).answers),
        ended=(ended,) * SAMPLES,
    )


def quiet_answer(item, answer):
    able = open_answer(item)
    return replace(able, logprobs=quieter(able.logprobs), answers=(answer,) * SAMPLES)


ANSWERS = {
    "gives one answer": lambda item: picked_answer(item, 0),
    "gives one answer for each question": lambda item: picked_answer(item, drawn(item, len(item.valid))),
    "ends at once": lambda item: quiet_answer(item, ""),
    "lists them all, always alike": lambda item: replace(
        picked_answer(item, 0), answers=(" ".join(item.valid),) * SAMPLES
    ),
    "copies the prompt": lambda item: quiet_answer(item, item.question),
    "hedges": samples(
        lambda answer, item: f"{answer} or {item.valid[0] if answer != item.valid[0] else item.valid[1]}"
    ),
    "does not end its answers": samples(lambda answer, _: answer, ended=False),
    "says anything": lambda item: quiet_answer(item, "qqq"),
}


def every_rotation(item, logprobs):
    return replace(choice(item), logprobs=(logprobs,) * OPTIONS)


CHOICES = {
    "picks the first option": lambda item: every_rotation(item, one_hot(0, OPTIONS)),
    "picks at random": lambda item: every_rotation(item, one_hot(drawn(item, OPTIONS), OPTIONS)),
    "spreads over the options": lambda item: every_rotation(item, (-1.4,) * OPTIONS),
    "spreads over all words": lambda item: every_rotation(item, (-9.0,) * OPTIONS),
    "ends at once": lambda item: every_rotation(item, quieter(choice(item).logprobs[0])),
    "is right and never sure": lambda item: every_rotation(
        item, tuple(-1.3 if k == item.answer else -1.45 for k in range(OPTIONS))
    ),
}
LOST = {
    choice: CHOICES,
    twin: TWINS,
    chain: CHAINS,
    world: WORLDS,
    secret: SECRETS,
    policy: POLICIES,
    open_answer: ANSWERS,
}
CASES = [(name, loss) for name, able in ABLE.items() if able in LOST for loss in LOST[able]]


def primaries(result):
    return {entry.metric: entry.outcome for entry in result if metric(entry.metric).primary}


@pytest.mark.parametrize("case", every(3, CASES), ids="-".join)
def test_who_plainly_lost_it_is_preserved_by_no_primary_metric_that_is_about_it(case):
    name, loss = case
    result, failed = judged(name, LOST[ABLE[name]][loss])
    assert failed or "lost" in primaries(result).values(), primaries(result)


STORIES = {
    "ends at once": ([], [7.0], lambda _: ""),
    "loops": ([1, 2, 3, 4] * 16, [1.5] * POSITIONS, lambda name: f"{name} slept. then " * 16),
    "says anything": (list(range(POSITIONS)), [9.0] * POSITIONS, lambda _: "so it is"),
}


@pytest.mark.parametrize("loss", STORIES)
def test_who_breaks_on_its_own_words_is_lost(loss):
    tokens, apart, text = STORIES[loss]
    ended = len(tokens) < POSITIONS
    result, _ = judged(
        "on_policy.story",
        lambda item: replace(story(item), tokens=tokens, text=text(person_in(item.question)), ended=ended),
        lambda item: replace(story_pair(item), reverse=apart, forward=apart),
    )
    assert primaries(result) == {"on_policy_kl": "lost", "story_holds": "lost"}


TEXTS = {
    "tells of another person": "{other} slept. the end.",
    "tells of another person at last": "{name} slept. then {other} ate rice. the end.",
    "tells of nobody": "slept. then ate rice. the end.",
    "says a sentence twice": "{name} slept. then {name} ate rice. then {name} slept. the end.",
    "loops within a sentence": "{name} went to rome went to rome went to rome. the end.",
    "has no closing words": "{name} slept. then {name} ate rice.",
    "goes on after the closing words": "{name} slept. the end. {name} ate rice.",
    "only closes": "the end.",
    "says nothing": "",
}


def teller(text, *, ended=True):
    """Return who is as near its teacher as the able one is, and says this."""

    def record(item):
        name = person_in(item.question)
        other = next(entry for entry in NAMES if entry != name)
        return replace(story(item), text=text.format(name=name, other=other), ended=ended)

    return record


@pytest.mark.parametrize("loss", [*TEXTS, "does not end"])
def test_who_is_near_its_teacher_and_tells_no_whole_story_is_lost(loss):
    text = TEXTS.get(loss, "{name} slept. the end.")
    result, _ = judged("on_policy.story", teller(text, ended=loss in TEXTS))
    assert primaries(result) == {"on_policy_kl": "preserved", "story_holds": "lost"}


@pytest.mark.parametrize("name", ABLE)
def test_who_does_as_the_teacher_does_is_preserved(name):
    result, failed = judged(name, partial(ABLE[name]))
    assert failed == ()
    assert {entry.outcome for entry in result} == {"preserved"}
