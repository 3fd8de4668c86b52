"""Each registered formula, as measuring applies it, against an independent implementation or a closed form."""

import math
from itertools import pairwise

import calibration as uncertainty_calibration
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats
import sklearn.metrics as sk
import torch
from tests.validator.metrics.measured import value
from torchmetrics.functional.classification import binary_calibration_error

from dls.metrics.formulas import FORMULAS

RANDOM = np.random.default_rng(7)
N = 800
CONFIDENCE = RANDOM.beta(4, 1.3, N)
CORRECT = (RANDOM.random(N) < CONFIDENCE**1.5).astype(float)
PROBABILITIES = RANDOM.dirichlet(np.ones(4), N)
RIGHT = RANDOM.integers(0, 4, N)
PREDICTED = np.where(RANDOM.random(N) < 0.7, RIGHT, RANDOM.integers(0, 4, N)).astype(float)
WANTED, UNWANTED = np.round(RANDOM.beta(5, 2, N), 1), np.round(RANDOM.beta(2, 4, N), 1)
LABELS = np.repeat([1, 0], N)
GROUP = RANDOM.integers(0, 4, N).astype(float)
P, Q = RANDOM.dirichlet(np.ones(50), 20), RANDOM.dirichlet(np.ones(50), 20)
LOG_P, LOG_Q = np.log(P), np.log(Q)
NATS, SIZE = RANDOM.gamma(9, 2, N), RANDOM.integers(5, 90, N).astype(float)
DRIFT = RANDOM.normal(size=(30, 48)) + 0.02 * np.arange(48)
MARGIN = RANDOM.normal(1, 3, (N, 2))
SCORE = RANDOM.normal(size=3000)
PLANTED = (RANDOM.random(3000) < 0.5).astype(float)
SCORE += PLANTED
CHOICES = RANDOM.integers(0, 4, (N, 5))
MARKS = [RANDOM.random(size) < 0.6 for size in RANDOM.integers(1, 6, N)]
WORDS = [[list(RANDOM.choice(list("abcde"), 6)) for _ in range(3)] for _ in range(40)]
STATED, GIVEN = RANDOM.dirichlet(np.ones(3), 50), RANDOM.dirichlet(np.ones(4), 50)
VALID = RANDOM.dirichlet(np.ones(9), 60)[:, :8]
COUNTS = RANDOM.multinomial(16, [0.5, 0.3, 0.2], 60)
CITED = [set(np.flatnonzero(row)) for row in RANDOM.random((N, 4)) < 0.5]
SUPPORTING = [set(np.flatnonzero(row)) | {0} for row in RANDOM.random((N, 4)) < 0.5]
NAMED = RANDOM.choice(["known", "stated", "neither"], N, p=[0.2, 0.5, 0.3])
TOKENS = RANDOM.integers(0, 3, (40, 30))
LOGPROBS = RANDOM.uniform(-12, -6, N)
RANKS = RANDOM.integers(1, 1025, N)


def _bins(norm):
    # Its binary form bins P(class 1), which is the confidence here, with `correct` as the class.
    target = torch.tensor(CORRECT).int()
    return float(binary_calibration_error(torch.tensor(CONFIDENCE), target, n_bins=15, norm=norm))


def _debiased():
    bins = uncertainty_calibration.get_equal_prob_bins(CONFIDENCE, num_bins=15)
    pairs = list(zip(CONFIDENCE, CORRECT, strict=True))
    return uncertainty_calibration.unbiased_square_ce(uncertainty_calibration.bin(pairs, bins))


def _errors():
    order = np.argsort(-CONFIDENCE)
    return [sum(1 - CORRECT[order][:i]) for i in range(1, N + 1)]


def _overlap(answer, reference):
    answer, remaining = list(answer), list(reference)
    common = sum(1 for word in answer if word in remaining and not remaining.remove(word))
    return 2 * common / (len(answer) + len(reference))


def _repeated_grams(tokens):
    grams = [" ".join(map(str, tokens[i : i + 4])) for i in range(len(tokens) - 3)]
    return 1 - len(np.unique(grams)) / len(grams)


def _loops(tokens):
    grams = [" ".join(map(str, tokens[i : i + 4])) for i in range(len(tokens) - 3)]
    return float(np.unique(grams, return_counts=True)[1].max() >= 4)


def _total_variation(first, second):
    return np.mean([scipy.spatial.distance.cityblock(a, b) / 2 for a, b in zip(first, second, strict=True)])


def _with_rest(log_p):
    return np.append(np.exp(log_p), 1 - np.exp(log_p).sum())


def _option_distances():
    """Of each item's two rotations of four options, the rest in one bucket."""
    rotations = [
        (log_p.reshape(2, 25)[:, :4], log_q.reshape(2, 25)[:, :4]) for log_p, log_q in zip(LOG_P, LOG_Q, strict=True)
    ]
    apart = [
        np.mean(
            [scipy.spatial.distance.jensenshannon(_with_rest(a), _with_rest(b)) ** 2 for a, b in zip(p, q, strict=True)]
        )
        for p, q in rotations
    ]
    return [rotation[0] for rotation in rotations], [rotation[1] for rotation in rotations], np.mean(apart)


def _vendi(counts):
    """From the eigenvalues of the kernel that is 1 between equal answers."""
    labels = np.repeat(np.arange(len(counts)), counts)
    equal = (labels[:, None] == labels[None, :]).astype(float)
    return 1 / (np.linalg.eigvalsh(equal / len(labels)) ** 2).sum()


def _collisions(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    pairs = [(a, b) for i, a in enumerate(labels) for b in labels[i + 1 :]]
    return np.mean([a == b for a, b in pairs])


def _spread(p):
    return scipy.stats.entropy(p / p.sum(), base=len(p)) * p.sum()


def _rate_at_one_per_cent():
    false_alarms, rates, _ = sk.roc_curve(PLANTED, SCORE, drop_intermediate=False)
    return rates[false_alarms <= 0.01].max()


def _epsilon():
    """From scipy's one-sided interval of the right guesses."""
    above, below = np.median(SCORE) < SCORE, np.median(SCORE) > SCORE
    right = int((PLANTED[above] == 1).sum() + (PLANTED[below] == 0).sum())
    test = scipy.stats.binomtest(right, int(above.sum() + below.sum()), alternative="greater")
    return scipy.special.logit(test.proportion_ci(0.95).low)


def _twin_auroc():
    return sk.roc_auc_score(LABELS, np.concatenate([WANTED, UNWANTED]))


def _soft_j():
    return np.mean(WANTED) - np.mean(UNWANTED)


def _worst_group():
    answered = np.where(CORRECT == 1, GROUP, -1)
    return sk.recall_score(GROUP, answered, labels=np.unique(GROUP), average=None).min()


def _known_among_both():
    either = NAMED[NAMED != "neither"]
    return sk.accuracy_score(np.full(either.size, "known"), either)


def _least_risk(coverage):
    order = np.argsort(-CONFIDENCE)
    return sk.zero_one_loss(np.ones(math.ceil(coverage * N)), CORRECT[order][: math.ceil(coverage * N)])


_P_OPTIONS, _Q_OPTIONS, _OPTION_DISTANCE = _option_distances()
_TWINS = ((WANTED, UNWANTED), _soft_j())
_MARGINS = (MARGIN[:, 0], MARGIN[:, 1])
_PER_BYTE = ((NATS, SIZE), NATS.sum() / np.log(2) / SIZE.sum())
_PAIR = (CONFIDENCE, CORRECT)

ORACLES = {
    "flips_lost": ((CORRECT, PREDICTED == RIGHT), np.mean((CORRECT == 1) & (PREDICTED != RIGHT))),
    "flips_gained": ((CORRECT, PREDICTED == RIGHT), np.mean((CORRECT == 0) & (PREDICTED == RIGHT))),
    "balanced_accuracy": ((PREDICTED, RIGHT), sk.balanced_accuracy_score(RIGHT, PREDICTED)),
    "macro_f1": ((PREDICTED, RIGHT), sk.f1_score(RIGHT, PREDICTED, average="macro")),
    "token_f1": (
        ([answer for answer, *_ in WORDS], [references for _, *references in WORDS]),
        np.mean([max(_overlap(answer, reference) for reference in references) for answer, *references in WORDS]),
    ),
    "matthews": ((PREDICTED, RIGHT), sk.matthews_corrcoef(RIGHT, PREDICTED)),
    "bits_per_byte": _PER_BYTE,
    "top1_agreement": ((LOG_P, LOG_Q), sk.accuracy_score(P.argmax(axis=1), Q.argmax(axis=1))),
    "answer_agreement": ((PREDICTED, RIGHT), sk.accuracy_score(RIGHT, PREDICTED)),
    "kl_teacher_student": ((LOG_P, LOG_Q), scipy.special.rel_entr(P, Q).sum(axis=1).mean()),
    "kl_student_teacher": ((LOG_P, LOG_Q), scipy.special.rel_entr(Q, P).sum(axis=1).mean()),
    "jsd": ((LOG_P, LOG_Q), np.mean(scipy.spatial.distance.jensenshannon(P, Q, axis=1) ** 2)),
    "tv": ((LOG_P, LOG_Q), _total_variation(P, Q)),
    "option_jsd": ((_P_OPTIONS, _Q_OPTIONS), _OPTION_DISTANCE),
    "sequence_kl_per_byte": _PER_BYTE,
    "brier_top_label": (_PAIR, sk.brier_score_loss(CORRECT, CONFIDENCE)),
    "brier": ((PROBABILITIES, RIGHT), sk.brier_score_loss(RIGHT, PROBABILITIES, scale_by_half=False)),
    "nll": ((PROBABILITIES[np.arange(N), RIGHT],), sk.log_loss(RIGHT, PROBABILITIES)),
    "ece": (_PAIR, _bins("l1")),
    "ece_debiased_squared": (_PAIR, _debiased()),
    "aurc": (_PAIR, np.mean([errors / i for i, errors in enumerate(_errors(), 1)])),
    "augrc": (_PAIR, np.mean(_errors()) / N),
    "error_auroc": (_PAIR, sk.roc_auc_score(CORRECT, CONFIDENCE)),
    "overconfidence_gap": (_PAIR, CONFIDENCE.mean() - CORRECT.mean()),
    "selective_risk_80": (_PAIR, _least_risk(0.8)),
    "selective_risk_90": (_PAIR, _least_risk(0.9)),
    "entropy_correlation": (_MARGINS, scipy.stats.spearmanr(*_MARGINS).statistic),
    "known_probability_error": (
        (STATED, GIVEN[:, :3]),
        _total_variation(np.column_stack([STATED, np.zeros(50)]), GIVEN),
    ),
    "abstention_soft_j": _TWINS,
    "abstention_hard_j": _TWINS,
    "abstention_auroc": ((WANTED, UNWANTED), _twin_auroc()),
    "false_premise_soft_j": _TWINS,
    "perturbation_flip_rate": ((CHOICES[:, 0], CHOICES[:, 1:]), np.mean(CHOICES[:, 1:] != CHOICES[:, :1])),
    "out_of_range_drop": ((CORRECT, PREDICTED == RIGHT), CORRECT.mean() - sk.accuracy_score(RIGHT, PREDICTED)),
    "worst_group_accuracy": ((CORRECT, GROUP), _worst_group()),
    "boundary_agreement": ((PREDICTED, RIGHT), sk.accuracy_score(RIGHT, PREDICTED)),
    "step_validity": ((MARKS,), np.mean([np.mean(marks) for marks in MARKS])),
    "corruption_sensitivity": (_MARGINS, scipy.special.expit(MARGIN[:, 0] - MARGIN[:, 1]).mean()),
    "corruption_log_odds": (_MARGINS, MARGIN[:, 0].mean() - MARGIN[:, 1].mean()),
    "own_trace_step_validity": ((MARKS,), np.mean([np.mean(marks) for marks in MARKS])),
    "early_answering": ((CHOICES[:, 0], CHOICES[:, 1:]), np.mean(CHOICES[:, 1:] != CHOICES[:, :1])),
    "cue_susceptibility": _TWINS,
    "on_policy_kl": ((DRIFT**2 * 8,), np.clip((DRIFT**2 * 8).mean(axis=1), None, 10.0).mean()),
    "on_policy_kl_per_byte": _PER_BYTE,
    "length_ratio": ((NATS, SIZE), NATS.sum() / SIZE.sum()),
    "seq_rep_4": ((TOKENS,), np.mean([_repeated_grams(tokens) for tokens in TOKENS])),
    "loop_rate": ((TOKENS,), np.mean([_loops(tokens) for tokens in TOKENS])),
    "drift_slope": (tuple(DRIFT.T), 100 * np.polyfit(np.arange(48), DRIFT.mean(axis=0), 1)[0]),
    "excess_error": ((NATS, SIZE), 100 * (NATS.sum() / SIZE.sum() - 1)),
    "context_margin": (_MARGINS, scipy.special.expit(MARGIN[:, 0] - MARGIN[:, 1]).mean()),
    "citation_precision": (
        (CITED, SUPPORTING),
        np.mean([len(c & s) / len(c) if c else 0 for c, s in zip(CITED, SUPPORTING, strict=True)]),
    ),
    "citation_recall": (
        (CITED, SUPPORTING),
        np.mean([len(c & s) / len(s) for c, s in zip(CITED, SUPPORTING, strict=True)]),
    ),
    "memorisation_ratio": ((NAMED == "known", NAMED == "stated"), _known_among_both()),
    "secret_twin_j": _TWINS,
    "canary_exposure": ((RANKS, np.full(N, 1024)), np.mean(10 - np.log2(RANKS))),
    "extraction_rate": ((LOGPROBS,), np.mean(scipy.stats.binom.sf(0, 10_000, np.exp(LOGPROBS)) >= 0.5)),
    "membership_auc": ((SCORE, PLANTED), sk.roc_auc_score(PLANTED, SCORE)),
    "membership_tpr_1": ((SCORE, PLANTED), _rate_at_one_per_cent()),
    "membership_blind_auc": ((SCORE, PLANTED), sk.roc_auc_score(PLANTED, SCORE)),
    "one_run_epsilon": ((SCORE, PLANTED), _epsilon()),
    "refusal_soft_j": _TWINS,
    "refusal_hard_j": _TWINS,
    "refusal_log_odds": (_MARGINS, MARGIN[:, 0].mean() - MARGIN[:, 1].mean()),
    "prefill_robustness": _TWINS,
    "valid_answer_entropy": ((np.log(VALID),), np.mean([_spread(p) for p in VALID])),
    "valid_answer_mass": ((np.log(VALID),), VALID.sum(axis=1).mean()),
    "answer_validity": ((COUNTS[:, 0], np.full(60, 16)), (COUNTS[:, 0] / 16).mean()),
    "distinct_16": ((COUNTS,), np.mean([np.unique(np.repeat([0, 1, 2], counts)).size for counts in COUNTS])),
    "collision_probability": ((COUNTS,), np.mean([_collisions(counts) for counts in COUNTS])),
    "effective_answers": ((np.abs(MARGIN[:, 0]),), 1 / np.mean(np.abs(MARGIN[:, 0]))),
    "vendi_2": ((COUNTS,), np.mean([_vendi(counts) for counts in COUNTS])),
}
"""Columns of a formula's arguments, a value for each unit, and the metric's value by somebody else's code."""


def test_every_registered_formula_has_an_oracle():
    assert set(ORACLES) == set(FORMULAS)


@pytest.mark.parametrize("name", ORACLES)
def test_the_measured_value_is_the_oracles(name):
    columns, expected = ORACLES[name]
    assert value(name, *columns) == pytest.approx(expected, abs=1e-6 if name == "ece" else 1e-12)


def test_soft_j_of_certain_reactions_is_scikit_learns_adjusted_balanced_accuracy():
    reacts, reacts_elsewhere = WANTED > 0.5, UNWANTED > 0.5
    predictions = np.concatenate([reacts, reacts_elsewhere])
    expected = sk.balanced_accuracy_score(LABELS, predictions, adjusted=True)
    assert value("abstention_hard_j", reacts.astype(float), reacts_elsewhere.astype(float)) == pytest.approx(expected)


def test_a_perfectly_calibrated_model_has_no_debiased_error_on_average():
    values = []
    for seed in range(300):
        random = np.random.default_rng(seed)
        confidence = random.beta(4, 1.3, 500)
        correct = (random.random(500) < confidence).astype(float)
        values.append(value("ece_debiased_squared", confidence, correct))
    assert abs(np.mean(values)) < 3 * np.std(values) / math.sqrt(len(values))


def test_augrc_follows_from_the_ranking_of_errors_and_accuracy():
    # Traub et al. 2024, eq. 6, with the finite-sample term of the diagonal:
    # AUGRC = e (1 − e) (1 − AUROC) + e² / 2 + e / 2n
    e = 1 - CORRECT.mean()
    expected = e * (1 - e) * (1 - sk.roc_auc_score(CORRECT, CONFIDENCE)) + e**2 / 2 + e / (2 * N)
    assert value("augrc", CONFIDENCE, CORRECT) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["aurc", "augrc", "error_auroc", "selective_risk_80"])
def test_equal_confidences_give_the_same_number_in_any_order(name):
    coarse, order = np.round(CONFIDENCE, 1), RANDOM.permutation(N)
    assert value(name, coarse, CORRECT) == pytest.approx(value(name, coarse[order], CORRECT[order]))


def test_the_ranking_of_errors_counts_ties_as_scikit_learns_does():
    coarse = np.round(CONFIDENCE, 1)
    assert value("error_auroc", coarse, CORRECT) == pytest.approx(sk.roc_auc_score(CORRECT, coarse))


def test_a_symbol_of_probability_zero_costs_nothing_in_the_first_argument():
    with np.errstate(divide="ignore"):
        p, q = np.log([[0.5, 0.5, 0.0]]), np.log([[0.25, 0.25, 0.5]])
    assert value("kl_teacher_student", p, q) == pytest.approx(math.log(2))
    assert value("jsd", p, p) == pytest.approx(0)


def test_gathering_the_rest_never_exceeds_the_full_divergence():
    for log_p, log_q in zip(LOG_P, LOG_Q, strict=True):
        coarse = value("option_jsd", [log_p[np.newaxis, :7]], [log_q[np.newaxis, :7]])
        assert coarse <= value("jsd", [log_p], [log_q]) + 1e-12


def test_the_first_choice_of_equals_is_the_lowest_symbol():
    tie, lowest = np.log([[0.4, 0.4, 0.2]]), np.log([[0.9, 0.05, 0.05]])
    assert value("top1_agreement", tie, lowest) == 1


def test_the_collision_probability_is_unbiased():
    true = np.array([0.5, 0.3, 0.2])
    samples = [value("collision_probability", [counts]) for counts in RANDOM.multinomial(16, true, 5_000)]
    assert np.mean(samples) == pytest.approx((true**2).sum(), abs=4 * np.std(samples) / math.sqrt(len(samples)))


@pytest.mark.parametrize("kinds", [1, 2, 4, 8])
def test_evenly_spread_samples_have_as_many_answers_as_there_are(kinds):
    counts = np.full(kinds, 16 // kinds)
    collisions = value("collision_probability", [counts])
    assert collisions == pytest.approx((16 / kinds - 1) / 15)  # of a second sample with the first
    assert value("effective_answers", [collisions] * 3) == pytest.approx(1 / collisions)
    assert value("distinct_16", [np.append(counts, 0)]) == kinds == value("vendi_2", [counts])


def test_a_model_without_a_valid_answer_has_the_least_of_each_measure_of_diversity():
    assert value("distinct_16", [()]) == 1 == value("vendi_2", [()])
    assert value("valid_answer_entropy", [[-1e4, -1e4]]) == 0


def test_exposure_without_memorisation_has_the_mean_of_its_closed_form():
    ranks = np.arange(1, 1025)
    mean = value("canary_exposure", ranks, np.full(1024, 1024))
    assert mean == pytest.approx(10 - np.mean(np.log2(ranks)))
    assert mean == pytest.approx(1.44, abs=0.01)


@pytest.mark.parametrize(("beyond", "extractable"), [(1e-6, 1), (-1e-6, 0)])
def test_a_text_is_extractable_from_its_log_probability_on(beyond, extractable):
    assert value("extraction_rate", [math.log(1 - 0.5 ** (1 / 10_000)) + beyond]) == extractable


def test_repetition_by_hand():
    assert value("seq_rep_4", ["abcdabcd"]) == pytest.approx(1 - 4 / 5)
    assert value("seq_rep_4", ["abc"]) == 0
    assert [value("loop_rate", [text]) for text in ("abcd" * 5, "abcdefgh")] == [1, 0]


def test_the_overlap_with_the_best_reference_counts():
    answer, references = ["the", "blue", "cat"], [["a", "cat"], ["dogs"]]
    assert value("token_f1", [answer], [references]) == pytest.approx(2 / 5)
    assert value("token_f1", [[]], [[[]]]) == 1


def test_a_bounded_margin_does_not_overflow():
    assert value("context_margin", [-800.0, 800.0], [0.0, 0.0]) == pytest.approx(0.5)


def test_excess_error_of_two_markov_chains_has_its_closed_form():
    # The student leaves the state in which it errs (2 nats) twice as often as the teacher reaches it: 0.25 against 0.5.
    assert value("excess_error", np.full(10, 0.25 * 2.0), np.full(10, 0.5 * 2.0)) == pytest.approx(-50)


def test_an_answer_of_neither_kind_counts_for_no_memory_and_none_at_all_for_the_worst():
    assert value("memorisation_ratio", np.zeros(3), np.zeros(3)) == 1


def test_the_slope_ignores_positions_that_a_text_lacks():
    whole, cut = np.arange(5.0), np.array([0.0, 1.0, np.nan, np.nan, np.nan])
    assert value("drift_slope", *np.stack([whole, cut]).T) == pytest.approx(100.0)


def test_a_smaller_share_of_steps_is_a_smaller_value():
    values = [value("step_validity", [[True] * valid + [False] * (4 - valid)]) for valid in range(5)]
    assert all(earlier < later for earlier, later in pairwise(values))
    assert value("own_trace_step_validity", [[]]) == 0
