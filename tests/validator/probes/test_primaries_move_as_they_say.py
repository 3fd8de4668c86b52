"""Each primary metric, as its probes measure it, for shifted, sharpened, flattened and broken answers."""

import math
from functools import partial
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy.special import expit
from scipy.stats import entropy
from sklearn.metrics import brier_score_loss
from tests.validator.probes.able import (
    ABLE,
    alike,
    chain,
    choice,
    open_answer,
    policy,
    secret,
    story,
    story_pair,
    twin,
    world,
)
from tests.validator.probes.leaning import CHAINS, ITEMS, NOISE, POLICIES, TWINS, UNITS, WORLDS, choosing, spreading

from dls.measuring.measure import unit_rows
from dls.probes.catalogue import find_probe
from dls.standard.registry import load_registry, metric

LEADS = {
    "abstention_soft_j": TWINS,
    "refusal_soft_j": POLICIES,
    "corruption_sensitivity": CHAINS,
    "context_margin": WORLDS,
}
MAKERS = {
    "twin_whole": (twin, secret, policy),
    "brier_top_label": (choice,),
    "abstention_soft_j": (twin,),
    "step_validity": (chain,),
    "corruption_sensitivity": (chain,),
    "trace_written": (chain,),
    "on_policy_kl": (story,),
    "story_holds": (story,),
    "context_margin": (world,),
    "answer_holds": (world,),
    "secret_twin_j": (secret,),
    "refusal_soft_j": (policy,),
    "valid_answer_entropy": (open_answer,),
}


def asked(*metrics):
    """Return every pair of one of the metrics and a probe that measures it."""
    result = [(name, probe) for name in metrics for probe, make in ABLE.items() if make in MAKERS[name]]
    return pytest.mark.parametrize(("name", "probe"), result)


def value(name, probe, records):
    rows = partial(unit_rows, next(entry for entry in find_probe(probe).measures if entry.metric == name))
    return fmean(rows(ITEMS[probe], records))


def loss(name, probe, before, after):
    return metric(name).loss(value(name, probe, before), value(name, probe, after))


def test_every_primary_metric_has_a_property_here():
    assert set(MAKERS) == {name for name, entry in load_registry().metrics.items() if entry.primary}


leads_of = st.floats(1, 4)
quick = settings(max_examples=15, deadline=None)


@asked("abstention_soft_j", "refusal_soft_j")
@quick
@given(leads_of, st.floats(1, 8), st.sampled_from([-1, 1]))
def test_reacting_more_or_less_everywhere_costs_soft_j(name, probe, lead, shift, sign):
    able, farther = (LEADS[name](probe, lead, shift=sign * by) for by in (0.0, shift))
    assert loss(name, probe, able, farther) > 0
    assert value(name, probe, LEADS[name](probe, lead, shift=sign * 60)) == pytest.approx(metric(name).chance, abs=1e-9)


@asked("corruption_sensitivity", "context_margin")
@quick
@given(leads_of, st.floats(0.5, 8))
def test_a_smaller_lead_costs_the_margin_down_to_chance_and_below(name, probe, lead, shift):
    assert loss(name, probe, LEADS[name](probe, lead), LEADS[name](probe, lead, shift=-shift)) > 0
    assert value(name, probe, LEADS[name](probe, lead, shift=-20)) < metric(name).chance


@asked(*LEADS)
@quick
@given(leads_of, st.floats(1.2, 8))
def test_sharpening_a_right_lead_costs_nothing_and_flattening_it_does(name, probe, lead, power):
    able = LEADS[name](probe, lead)
    assert loss(name, probe, able, LEADS[name](probe, lead, scale=power)) < 0
    assert loss(name, probe, able, LEADS[name](probe, lead, scale=1 / power)) > 0
    assert value(name, probe, LEADS[name](probe, lead, scale=0.0)) == pytest.approx(metric(name).chance)


@asked("step_validity")
@pytest.mark.parametrize("place", range(3))
def test_every_step_that_breaks_costs_its_share_and_sharpening_moves_none(name, probe, place):
    able = [chain(item) for item in ITEMS[probe]]
    broken = [replace(entry, ranked_first=tuple(k != place for k in range(3))) for entry in able]
    assert loss(name, probe, able, broken) == pytest.approx(1 / 3)
    assert loss(name, probe, CHAINS(probe, 2.0), CHAINS(probe, 2.0, scale=3.0)) == 0


@asked("brier_top_label")
@quick
@given(st.floats(3, 20))
def test_sharpening_flattening_and_favouring_an_option_cost_brier(name, probe, power):
    for changes in (choosing(probe, power), choosing(probe, 1 / power), choosing(probe, towards=power)):
        assert loss(name, probe, choosing(probe), changes) > 0


@asked("brier_top_label")
def test_sure_of_what_is_drawn_at_random_is_nearly_the_worst_brier(name, probe):
    broken = [replace(choice(item), logprobs=find_probe(probe).failed(item).logprobs) for item in ITEMS[probe]]
    assert loss(name, probe, choosing(probe), broken) > 0.5


@asked("valid_answer_entropy")
@quick
@given(st.floats(1.5, 40), st.floats(0.05, 20))
def test_sharpening_costs_entropy_and_so_does_spreading_over_everything(name, probe, power, nats):
    able = spreading(probe)
    assert loss(name, probe, able, spreading(probe, power)) > 0
    assert loss(name, probe, able, spreading(probe, fall=nats)) > 0
    assert loss(name, probe, able, spreading(probe, 1 / power)) <= 0  # among the valid ones, more even is more varied
    assert value(name, probe, spreading(probe, 400)) == pytest.approx(0, abs=1e-6)


@asked("secret_twin_j")
@quick
@given(st.integers(1, UNITS), st.booleans())
def test_each_secret_that_leaks_or_is_kept_from_who_may_know_costs_its_share(name, probe, changed, leaks):
    able = [secret(item) for item in ITEMS[probe]]
    leaking = list(able)
    for place in range(1 if leaks else 0, 2 * changed, 2):
        leaking[place] = replace(able[place], texts=alike(ITEMS[probe][place].secret if leaks else "no"))
    assert loss(name, probe, able, leaking) == pytest.approx(changed / UNITS)


def cut_when_sampled(able):
    return replace(able, texts=replace(able.texts, sampled=replace(able.texts.sampled, ended=False)))


UNENDED = {
    "twin_whole": cut_when_sampled,
    "trace_written": lambda able: replace(able, trace=replace(able.trace, ended=False)),
    "story_holds": lambda able: replace(able, ended=False),
    "answer_holds": lambda able: replace(able, reply=replace(able.reply, ended=False)),
}


@asked(*UNENDED)
@quick
@given(st.integers(0, UNITS))
def test_each_answer_that_does_not_end_costs_its_share(name, probe, changed):
    able = [ABLE[probe](item) for item in ITEMS[probe]]
    place = changed * len(able) // UNITS
    endless = [*map(UNENDED[name], able[:place]), *able[place:]]
    assert value(name, probe, able) == 1
    assert loss(name, probe, able, endless) == pytest.approx(changed / UNITS)


@asked("on_policy_kl")
@quick
@given(st.floats(0.01, 1), st.floats(1.01, 1e4))
def test_every_factor_of_divergence_is_a_loss_up_to_the_worst(name, probe, nats, factor):
    near, far, broken = (
        [replace(story_pair(item), reverse=[k] * 21) for item in ITEMS[probe]] for k in (nats, nats * factor, 1e9)
    )
    assert loss(name, probe, near, far) > 0
    assert value(name, probe, broken) == metric(name).high


def _spread(p):
    return entropy(p / p.sum(), base=len(p)) * p.sum()


def plain(name, probe):
    """Return records of a student between right and wrong, and the metric's value by scikit-learn, scipy or numpy."""
    if name == "brier_top_label":
        records = choosing(probe, 2.0)
        shares = np.array([np.exp(entry.logprobs[0]) for entry in records])
        right = np.array([item.answer for item in ITEMS[probe]])
        return records, brier_score_loss(shares.argmax(axis=1) == right, shares.max(axis=1))
    if name in {"abstention_soft_j", "refusal_soft_j"}:
        lead = 1.5 + NOISE.reshape(-1, 2)
        first, second = (lead[:, 0], lead[:, 1]) if name == "refusal_soft_j" else (lead[:, 1], lead[:, 0])
        positive, negative = expit(first + 0.7), expit(0.7 - second)
        return LEADS[name](probe, 1.5, shift=0.7), positive.mean() - negative.mean()
    if name in LEADS:
        return LEADS[name](probe, 1.5), expit(1.5 + NOISE[:UNITS]).mean()
    if name == "valid_answer_entropy":
        records = spreading(probe, 3.0, 0.3)
        return records, fmean(_spread(np.exp(record.logprobs)) for record in records)
    nats = np.linspace(0, 20, UNITS)
    records = [replace(story_pair(item), reverse=[k] * 5) for item, k in zip(ITEMS[probe], nats, strict=True)]
    return records, np.clip(nats, None, 10.0).mean()


@asked(*(name for name in MAKERS if name not in {"step_validity", "secret_twin_j", *UNENDED}))
def test_a_probe_measures_the_metric_of_an_independent_implementation(name, probe):
    records, expected = plain(name, probe)
    assert not math.isclose(expected, metric(name).chance or 0.0, abs_tol=0.05)
    assert value(name, probe, records) == pytest.approx(expected)
