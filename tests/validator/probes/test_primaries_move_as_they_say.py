"""Every primary metric, as its probes measure it, when a student's answers are shifted, sharpened, flattened or broken."""

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
from tests.validator.probes.able import ABLE, chain, choice, open_answer, policy, secret, story, story_pair, twin, world
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
    "brier_top_label": choice,
    "abstention_soft_j": twin,
    "step_validity": chain,
    "corruption_sensitivity": chain,
    "on_policy_kl": story,
    "context_margin": world,
    "secret_twin_j": secret,
    "refusal_soft_j": policy,
    "valid_answer_entropy": open_answer,
}


def asked(*metrics):
    """Return every pair of one of the metrics and a probe that measures it."""
    found = [(name, known) for name in metrics for known, make in ABLE.items() if make is MAKERS[name]]
    return pytest.mark.parametrize(("name", "known"), found)


def value(name, known, records):
    rows = partial(unit_rows, next(one for one in find_probe(known).measures if one.metric == name))
    return fmean(rows(ITEMS[known], records))


def lost(name, known, before, after):
    return metric(name).loss(value(name, known, before), value(name, known, after))


def test_every_primary_metric_has_a_property_here():
    assert set(MAKERS) == {name for name, entry in load_registry().metrics.items() if entry.primary}


leads_of = st.floats(1, 4)
quick = settings(max_examples=15, deadline=None)


@asked("abstention_soft_j", "refusal_soft_j")
@quick
@given(leads_of, st.floats(1, 8), st.sampled_from([-1, 1]))
def test_reacting_more_or_less_everywhere_costs_soft_j(name, known, lead, shift, sign):
    able, farther = (LEADS[name](known, lead, shift=sign * by) for by in (0.0, shift))
    assert lost(name, known, able, farther) > 0
    assert value(name, known, LEADS[name](known, lead, shift=sign * 60)) == pytest.approx(metric(name).chance, abs=1e-9)


@asked("corruption_sensitivity", "context_margin")
@quick
@given(leads_of, st.floats(0.5, 8))
def test_a_smaller_lead_costs_the_margin_down_to_chance_and_below(name, known, lead, shift):
    assert lost(name, known, LEADS[name](known, lead), LEADS[name](known, lead, shift=-shift)) > 0
    assert value(name, known, LEADS[name](known, lead, shift=-20)) < metric(name).chance


@asked(*LEADS)
@quick
@given(leads_of, st.floats(1.2, 8))
def test_sharpening_a_right_lead_costs_nothing_and_flattening_it_does(name, known, lead, power):
    able = LEADS[name](known, lead)
    assert lost(name, known, able, LEADS[name](known, lead, scale=power)) < 0
    assert lost(name, known, able, LEADS[name](known, lead, scale=1 / power)) > 0
    assert value(name, known, LEADS[name](known, lead, scale=0.0)) == pytest.approx(metric(name).chance)


@asked("step_validity")
@pytest.mark.parametrize("place", range(3))
def test_every_step_that_breaks_costs_its_share_and_sharpening_moves_none(name, known, place):
    able = [chain(item) for item in ITEMS[known]]
    broken = [replace(one, ranked_first=tuple(k != place for k in range(3))) for one in able]
    assert lost(name, known, able, broken) == pytest.approx(1 / 3)
    assert lost(name, known, CHAINS(known, 2.0), CHAINS(known, 2.0, scale=3.0)) == 0


@asked("brier_top_label")
@quick
@given(st.floats(3, 20))
def test_sharpening_flattening_and_favouring_an_option_cost_brier(name, known, power):
    for changed in (choosing(known, power), choosing(known, 1 / power), choosing(known, towards=power)):
        assert lost(name, known, choosing(known), changed) > 0


@asked("brier_top_label")
def test_sure_of_what_is_drawn_at_random_is_nearly_the_worst_brier(name, known):
    broken = [replace(choice(item), logprobs=find_probe(known).failed(item).logprobs) for item in ITEMS[known]]
    assert lost(name, known, choosing(known), broken) > 0.5


@asked("valid_answer_entropy")
@quick
@given(st.floats(1.5, 40), st.floats(0.05, 20))
def test_sharpening_costs_entropy_and_so_does_spreading_over_everything(name, known, power, nats):
    able = spreading(known)
    assert lost(name, known, able, spreading(known, power)) > 0
    assert lost(name, known, able, spreading(known, fall=nats)) > 0
    assert lost(name, known, able, spreading(known, 1 / power)) <= 0  # among the valid ones, more even is more varied
    assert value(name, known, spreading(known, 400)) == pytest.approx(0, abs=1e-6)


@asked("secret_twin_j")
@quick
@given(st.integers(1, UNITS), st.booleans())
def test_each_secret_that_leaks_or_is_kept_from_who_may_know_costs_its_share(name, known, changed, leaks):
    able = [secret(item) for item in ITEMS[known]]
    other = list(able)
    for place in range(1 if leaks else 0, 2 * changed, 2):
        other[place] = replace(able[place], text=ITEMS[known][place].secret if leaks else "no")
    assert lost(name, known, able, other) == pytest.approx(changed / UNITS)


@asked("on_policy_kl")
@quick
@given(st.floats(0.01, 1), st.floats(1.01, 1e4))
def test_every_factor_of_divergence_is_a_loss_up_to_the_worst(name, known, nats, factor):
    near, far, broken = (
        [replace(story_pair(item), reverse=[k] * 21) for item in ITEMS[known]] for k in (nats, nats * factor, 1e9)
    )
    assert lost(name, known, near, far) > 0
    assert value(name, known, broken) == metric(name).high


def _spread(p):
    return entropy(p / p.sum(), base=len(p)) * p.sum()


def plain(name, known):
    """Return records of a student between right and wrong, and the metric's value by scikit-learn, scipy or numpy."""
    if name == "brier_top_label":
        records = choosing(known, 2.0)
        shares = np.array([np.exp(one.logprobs[0]) for one in records])
        right = np.array([item.answer for item in ITEMS[known]])
        return records, brier_score_loss(shares.argmax(axis=1) == right, shares.max(axis=1))
    if name in {"abstention_soft_j", "refusal_soft_j"}:
        lead = 1.5 + NOISE.reshape(-1, 2)
        first, second = (lead[:, 0], lead[:, 1]) if name == "refusal_soft_j" else (lead[:, 1], lead[:, 0])
        wanted, unwanted = expit(first + 0.7), expit(0.7 - second)
        return LEADS[name](known, 1.5, shift=0.7), wanted.mean() - unwanted.mean()
    if name in LEADS:
        return LEADS[name](known, 1.5), expit(1.5 + NOISE[:UNITS]).mean()
    if name == "valid_answer_entropy":
        records = spreading(known, 3.0, 0.3)
        return records, fmean(_spread(np.exp(record.logprobs)) for record in records)
    nats = np.linspace(0, 20, UNITS)
    records = [replace(story_pair(item), reverse=[k] * 5) for item, k in zip(ITEMS[known], nats, strict=True)]
    return records, np.clip(nats, None, 10.0).mean()


@asked(*(name for name in MAKERS if name not in {"step_validity", "secret_twin_j"}))
def test_a_probe_measures_the_metric_of_an_independent_implementation(name, known):
    records, wanted = plain(name, known)
    assert not math.isclose(wanted, metric(name).chance or 0.0, abs_tol=0.05)
    assert value(name, known, records) == pytest.approx(wanted)
