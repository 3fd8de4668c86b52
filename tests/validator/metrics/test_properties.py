"""Any honest values satisfy the registry's inequalities, and every primary metric moves as it says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit
from tests.validator.metrics.measured import value

from dls.measuring.sample import MEANS
from dls.metrics.formulas import FORMULAS
from dls.standard.registry import load_registry, metric

shares = st.floats(0, 1, allow_subnormal=False)
counts = st.integers(2, 60)


@st.composite
def answered(draw):
    """Option probabilities and the right option of some items."""
    n = draw(counts)
    weights = draw(arrays(np.float64, (n, 4), elements=st.floats(1e-6, 1)))
    right = draw(arrays(np.int64, n, elements=st.integers(0, 3)))
    return weights / weights.sum(axis=1, keepdims=True), right


CONFIDENCE_METRICS = (
    *("overconfidence_gap", "brier_top_label", "ece", "ece_debiased_squared", "aurc", "augrc", "error_auroc"),
    *("selective_risk_80", "selective_risk_90"),
)


def _values(probabilities, right):
    confidence = probabilities.max(axis=1)
    correct = (probabilities.argmax(axis=1) == right).astype(float)
    return {
        "n": right.size,
        "accuracy": correct.mean(),
        "mean_confidence": confidence.mean(),
        "brier": value("brier", probabilities, right),
        "nll": value("nll", probabilities[np.arange(right.size), right]),
        **{name: value(name, confidence, correct) for name in CONFIDENCE_METRICS},
    }


def _assert_hold(values):
    applicable = [entry for entry in load_registry().inequalities.values() if entry.names() <= values.keys()]
    assert applicable
    for entry in applicable:
        assert not entry.violated({name: (values[name], values[name]) for name in entry.names()}), entry.holds


@settings(max_examples=300, deadline=None)
@given(answered())
def test_honest_answers_satisfy_the_inequalities_of_uncertainty(found):
    _assert_hold(_values(*found))


@settings(max_examples=200, deadline=None)
@given(answered(), answered())
def test_honest_pairs_satisfy_the_inequalities_of_flips_and_agreement(teacher, student):
    n = min(teacher[1].size, student[1].size)
    right = teacher[1][:n]
    t, s = teacher[0][:n].argmax(axis=1), student[0][:n].argmax(axis=1)
    _assert_hold(
        {
            "teacher.accuracy": (t == right).mean(),
            "student.accuracy": (s == right).mean(),
            "flips_lost": ((t == right) & (s != right)).mean(),
            "flips_gained": ((t != right) & (s == right)).mean(),
            "answer_agreement": (t == s).mean(),
        }
    )


@settings(max_examples=200, deadline=None)
@given(answered(), answered())
def test_honest_distributions_satisfy_the_inequalities_of_fidelity(teacher, student):
    n = min(teacher[1].size, student[1].size)
    p, q = np.log(teacher[0][:n]), np.log(student[0][:n])
    _assert_hold({**{name: value(name, p, q) for name in ("kl_teacher_student", "kl_student_teacher", "jsd", "tv")}})


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(1, 5), min_size=1, max_size=4).filter(lambda counts: sum(counts) <= 16),
        min_size=1,
        max_size=20,
    )
)
def test_honest_samples_satisfy_the_inequalities_of_diversity(prompts):
    tables = [[*counts, 16 - sum(counts)] for counts in prompts]
    collisions = [value("collision_probability", [table]) for table in tables]
    values = {
        "vendi_2": value("vendi_2", prompts),
        "distinct_16": value("distinct_16", prompts),
        "collision_probability": value("collision_probability", tables),
        "effective_answers": value("effective_answers", collisions),
    }
    _assert_hold({name: number for name, number in values.items() if np.isfinite(number)})


@settings(max_examples=100, deadline=None)
@given(answered())
def test_every_statistic_of_confidence_stays_in_its_range(found):
    probabilities, right = found
    confidence, correct = probabilities.max(axis=1), (probabilities.argmax(axis=1) == right).astype(float)
    for name in CONFIDENCE_METRICS:
        entry = metric(name)
        assert entry.low - 1e-9 <= value(name, confidence, correct) <= entry.high + 1e-9, name


def test_every_formula_of_several_units_is_registered_as_no_mean():
    kinds = {metric(name).kind for name in FORMULAS}
    assert kinds - MEANS <= {"bounded_index", "index", "ratio"}


# A broken student moves the formulas of primary metrics in the documented direction.
# For the numbers that the probes measure, see tests/validator/probes.

RANDOM = np.random.default_rng(3)
LOGITS = RANDOM.normal(0, 1.5, (2000, 4))
TRUTH = np.array([RANDOM.choice(4, p=np.exp(row) / np.exp(row).sum()) for row in LOGITS])  # the model is calibrated


def _worse(name, before, after):
    return metric(name).loss(before, after) > 0


def _softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def _top_label(logits):
    probabilities = _softmax(logits)
    return value("brier_top_label", probabilities.max(axis=1), (probabilities.argmax(axis=1) == TRUTH).astype(float))


@pytest.mark.parametrize("scale", [0.3, 3.0], ids=["flattened", "sharpened"])
def test_brier_sees_confidence_that_is_flattened_or_sharpened(scale):
    assert _worse("brier_top_label", _top_label(LOGITS), _top_label(scale * LOGITS))


@pytest.mark.parametrize(
    "shift", [-4.0, 4.0, -100.0, 100.0], ids=["answers more", "abstains more", "never abstains", "always abstains"]
)
def test_soft_j_sees_a_constant_shift_that_the_auroc_does_not(shift):
    positive, negative = RANDOM.normal(3, 1, 500), RANDOM.normal(-3, 1, 500)
    before, after = (expit(positive), expit(negative)), (expit(positive + shift), expit(negative + shift))
    for name in ("abstention_soft_j", "refusal_soft_j"):
        assert _worse(name, value(name, *before), value(name, *after))
    shifted = value("abstention_auroc", positive + shift, negative + shift)
    assert shifted == pytest.approx(value("abstention_auroc", positive, negative))


@pytest.mark.parametrize("name", ["corruption_sensitivity", "context_margin"])
def test_a_mean_sigmoid_falls_to_one_half_when_the_margin_vanishes(name):
    margin = RANDOM.normal(3, 1, 500)
    values = [value(name, share * margin, np.zeros(500)) for share in (1.0, 0.5, 0.1, 0.0)]
    assert all(_worse(name, before, after) for before, after in pairwise(values))
    assert values[-1] == pytest.approx(metric(name).chance)


def test_on_policy_divergence_grows_with_drift_and_stays_bounded():
    kl = RANDOM.gamma(2, 0.1, (300, 12))
    assert _worse("on_policy_kl", value("on_policy_kl", kl), value("on_policy_kl", 3 * kl))
    assert value("on_policy_kl", [[0.1], [500.0]]) <= metric("on_policy_kl").high


SPREAD = np.log(np.full(8, 0.12))


@pytest.mark.parametrize(
    "student",
    [np.log([0.9] + [0.01] * 7), SPREAD - 8, np.log(np.array([0.3, 0.3, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]))],
    ids=["collapsed", "answers anything", "narrowed"],
)
def test_the_entropy_over_valid_answers_sees_collapse_and_noise_alike(student):
    name = "valid_answer_entropy"
    assert _worse(name, value(name, [SPREAD]), value(name, [np.array(student)]))
