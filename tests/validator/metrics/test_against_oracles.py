"""Every metric function against somebody else's, or a closed form."""

import math
from itertools import combinations

import calibration as uncertainty_calibration
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats
import sklearn.metrics as sk
import torch
from torchmetrics.functional.classification import binary_calibration_error

from dls.metrics import (
    behaviour,
    calibration,
    classification,
    divergence,
    diversity,
    likelihood,
    ranking,
    selective,
    sequences,
)

RANDOM = np.random.default_rng(7)
N = 800
CONFIDENCE = RANDOM.beta(4, 1.3, N)
CORRECT = (RANDOM.random(N) < CONFIDENCE**1.5).astype(float)
PROBABILITIES = RANDOM.dirichlet(np.ones(4), N)
RIGHT = RANDOM.integers(0, 4, N)


def _log(values):
    with np.errstate(divide="ignore"):
        return np.log(values)


def test_brier_of_the_chosen_option_is_scikit_learns():
    assert calibration.brier_top_label(CONFIDENCE, CORRECT) == pytest.approx(sk.brier_score_loss(CORRECT, CONFIDENCE))


def test_brier_over_all_options_is_scikit_learns():
    wanted = sk.brier_score_loss(RIGHT, PROBABILITIES, scale_by_half=False)
    assert calibration.brier(PROBABILITIES, RIGHT) == pytest.approx(wanted)


def test_nll_is_scikit_learns_log_loss():
    assert calibration.nll(PROBABILITIES, RIGHT) == pytest.approx(sk.log_loss(RIGHT, PROBABILITIES))


def test_ece_is_torchmetrics():
    # Its binary form bins P(class 1), which is the confidence here, with `correct` as the class.
    wanted = binary_calibration_error(torch.tensor(CONFIDENCE), torch.tensor(CORRECT).int(), n_bins=15, norm="l1")
    assert calibration.ece(CONFIDENCE, CORRECT) == pytest.approx(float(wanted), abs=1e-6)


def test_rms_calibration_error_is_torchmetrics():
    wanted = binary_calibration_error(torch.tensor(CONFIDENCE), torch.tensor(CORRECT).int(), n_bins=15, norm="l2")
    assert calibration.rms_calibration_error(CONFIDENCE, CORRECT) == pytest.approx(float(wanted), abs=1e-6)


def test_the_debiased_squared_error_is_that_of_uncertainty_calibration():
    bins = uncertainty_calibration.get_equal_prob_bins(CONFIDENCE, num_bins=15)
    wanted = uncertainty_calibration.unbiased_square_ce(
        uncertainty_calibration.bin(list(zip(CONFIDENCE, CORRECT, strict=True)), bins)
    )
    assert calibration.ece_debiased_squared(CONFIDENCE, CORRECT) == pytest.approx(wanted, abs=1e-12)


def test_a_perfectly_calibrated_model_has_no_debiased_error_on_average():
    found = []
    for seed in range(300):
        random = np.random.default_rng(seed)
        confidence = random.beta(4, 1.3, 500)
        found.append(calibration.ece_debiased_squared(confidence, (random.random(500) < confidence).astype(float)))
    assert abs(np.mean(found)) < 3 * np.std(found) / math.sqrt(len(found))


def test_ece_with_equal_counts_by_hand():
    confidence, correct = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 1.0, 1.0, 1.0])
    assert calibration.ece_equal_mass(confidence, correct, bins=2) == pytest.approx((0.7 + 0.3) / 4)


def test_aurc_and_augrc_are_the_means_of_their_definition():
    order = np.argsort(-CONFIDENCE)
    errors = [sum(1 - CORRECT[order][:i]) for i in range(1, N + 1)]
    assert selective.aurc(CONFIDENCE, CORRECT) == pytest.approx(np.mean([e / i for i, e in enumerate(errors, 1)]))
    assert selective.augrc(CONFIDENCE, CORRECT) == pytest.approx(np.mean(errors) / N)


def test_augrc_follows_from_the_ranking_of_errors_and_accuracy():
    # Traub et al. 2024, eq. 6, with the finite-sample term of the diagonal: AUGRC = e (1 − e) (1 − AUROC) + e² / 2 + e / 2n.
    e = 1 - CORRECT.mean()
    wanted = e * (1 - e) * (1 - sk.roc_auc_score(CORRECT, CONFIDENCE)) + e**2 / 2 + e / (2 * N)
    assert selective.augrc(CONFIDENCE, CORRECT) == pytest.approx(wanted)


def test_equal_confidences_give_the_same_number_in_any_order():
    coarse = np.round(CONFIDENCE, 1)
    order = RANDOM.permutation(N)
    assert selective.aurc(coarse, CORRECT) == pytest.approx(selective.aurc(coarse[order], CORRECT[order]))
    assert selective.selective_risk(np.ones(N), CORRECT, 0.8) == pytest.approx(1 - CORRECT.mean())


def test_the_ranking_of_errors_is_scikit_learns_roc_auc():
    coarse = np.round(CONFIDENCE, 1)
    assert selective.error_auroc(coarse, CORRECT) == pytest.approx(sk.roc_auc_score(CORRECT, coarse))


def test_correlations_are_scipys():
    x, y = RANDOM.normal(size=N), np.round(RANDOM.normal(size=N), 1)
    assert ranking.pearson(x, y) == pytest.approx(scipy.stats.pearsonr(x, y).statistic)
    assert ranking.spearman(x, y) == pytest.approx(scipy.stats.spearmanr(x, y).statistic)
    assert ranking.ranks(y) == pytest.approx(scipy.stats.rankdata(y))


def test_the_rate_at_a_false_alarm_rate_is_read_off_scikit_learns_curve():
    score = RANDOM.normal(size=3000)
    positive = (RANDOM.random(3000) < 0.5).astype(float)
    score += positive
    false_alarms, rates, _ = sk.roc_curve(positive, score, drop_intermediate=False)
    assert ranking.true_positive_rate(score, positive, 0.01) == pytest.approx(rates[false_alarms <= 0.01].max())


def test_classification_scores_are_scikit_learns():
    predicted = np.where(RANDOM.random(N) < 0.7, RIGHT, RANDOM.integers(0, 4, N)).astype(float)
    right = RIGHT.astype(float)
    assert classification.balanced_accuracy(predicted, right) == pytest.approx(
        sk.balanced_accuracy_score(right, predicted)
    )
    assert classification.macro_f1(predicted, right) == pytest.approx(sk.f1_score(right, predicted, average="macro"))
    assert classification.matthews(predicted, right) == pytest.approx(sk.matthews_corrcoef(right, predicted))
    assert classification.f1(predicted == 1, right == 1) == pytest.approx(sk.f1_score(right == 1, predicted == 1))


def test_divergences_are_scipys():
    p, q = RANDOM.dirichlet(np.ones(50), 20), RANDOM.dirichlet(np.ones(50), 20)
    assert divergence.kl(_log(p), _log(q)) == pytest.approx(scipy.special.rel_entr(p, q).sum(axis=1))
    assert divergence.jsd(_log(p), _log(q)) == pytest.approx(scipy.spatial.distance.jensenshannon(p, q, axis=1) ** 2)
    assert divergence.tv(_log(p), _log(q)) == pytest.approx(0.5 * np.abs(p - q).sum(axis=1))


def test_a_symbol_of_probability_zero_costs_nothing_in_the_first_argument():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    assert divergence.kl(_log(p), _log(q)) == pytest.approx(math.log(2))
    assert divergence.jsd(_log(p), _log(p)) == pytest.approx(0)


def test_gathering_the_rest_never_exceeds_the_full_divergence():
    p, q = RANDOM.dirichlet(np.ones(50), 500), RANDOM.dirichlet(np.ones(50), 500)
    coarse = divergence.kl(divergence.with_rest(_log(p[:, :7])), divergence.with_rest(_log(q[:, :7])))
    assert (coarse <= divergence.kl(_log(p), _log(q)) + 1e-12).all()


def test_the_entropy_over_valid_answers_is_scipys_times_the_mass():
    p = RANDOM.dirichlet(np.ones(8)) * 0.7
    wanted = scipy.stats.entropy(p / 0.7, base=8) * 0.7
    assert diversity.valid_answer_entropy(_log(p)) == pytest.approx(wanted)


def test_the_collision_probability_is_unbiased():
    true = np.array([0.5, 0.3, 0.2])
    found = [diversity.collision_probability(RANDOM.multinomial(16, true)) for _ in range(20_000)]
    assert np.mean(found) == pytest.approx((true**2).sum(), abs=4 * np.std(found) / math.sqrt(len(found)))


def test_the_vendi_score_of_order_two_is_that_of_the_kernels_eigenvalues():
    labels = np.repeat(np.arange(5), [7, 4, 3, 1, 1])
    same = (labels[:, None] == labels[None, :]).astype(float)
    eigenvalues = np.linalg.eigvalsh(same / 16)
    assert diversity.vendi_2(np.bincount(labels)) == pytest.approx(1 / (eigenvalues**2).sum())


def test_perplexity_and_bits_per_byte_are_two_views_of_one_likelihood():
    nats, tokens, size = np.array([20.0, 7.0]), np.array([10.0, 3.0]), np.array([44.0, 12.0])
    assert likelihood.perplexity(nats, tokens) == pytest.approx(math.exp(27 / 13))
    assert likelihood.bits_per_byte(nats, size) == pytest.approx(
        math.log2(likelihood.perplexity(nats, tokens)) * 13 / 56
    )


def test_exposure_without_memorisation_has_the_mean_of_its_closed_form():
    found = [likelihood.exposure(rank, 1024) for rank in range(1, 1025)]
    assert np.mean(found) == pytest.approx(10 - np.mean(np.log2(np.arange(1, 1025))))
    assert np.mean(found) == pytest.approx(1.44, abs=0.01)


def test_a_text_is_extractable_from_its_log_probability_on():
    limit = math.log(1 - 0.5 ** (1 / 10_000))
    assert likelihood.extractable(limit + 1e-6)
    assert not likelihood.extractable(limit - 1e-6)


def test_min_k_takes_the_lowest_tokens():
    assert likelihood.min_k(np.array([-1.0, -5.0, -2.0, -9.0, -0.1]), 0.4) == pytest.approx(-7.0)


def test_pass_at_k_is_the_chance_over_all_choices():
    solved = [True] * 3 + [False] * 7
    drawn = [any(solved[i] for i in RANDOM.choice(10, 4, replace=False)) for _ in range(20_000)]
    assert likelihood.pass_at(4, 10, 3) == pytest.approx(np.mean(drawn), abs=0.015)


def test_edit_distance_and_longest_common_subsequence_by_hand():
    assert sequences.edit_distance("kitten", "sitting") == 3
    assert sequences.rouge_l(
        ["police", "killed", "the", "gunman"], ["police", "kill", "the", "gunman"]
    ) == pytest.approx(0.75)
    assert sequences.token_f1(["the", "blue", "cat"], ["a", "cat"]) == pytest.approx(2 / 5)


def test_rouge_l_is_the_best_of_all_subsequences():
    for seed in range(20):
        random = np.random.default_rng(seed)
        found, wanted = (list(random.choice(list("abc"), random.integers(1, 8))) for _ in range(2))
        subsequences = {kept for size in range(len(found) + 1) for kept in combinations(found, size)}
        longest = max(len(kept) for kept in subsequences if kept in set(combinations(wanted, len(kept))))
        assert sequences.rouge_l(found, wanted) == pytest.approx(2 * longest / (len(found) + len(wanted)))


def test_repetition_by_hand():
    assert sequences.seq_rep("abcdabcd") == pytest.approx(1 - 4 / 5)
    assert sequences.seq_rep("abc") == 0
    assert sequences.loops("abcd" * 5)
    assert not sequences.loops("abcdefgh")


def test_sigmoid_is_scipys():
    x = np.array([-800.0, -3.0, 0.0, 2.0, 800.0])
    assert behaviour.sigmoid(x) == pytest.approx(scipy.special.expit(x))


def test_the_drift_slope_is_numpys_fit():
    rows = RANDOM.normal(size=(30, 48)) + 0.02 * np.arange(48)
    assert behaviour.drift_slope(rows) == pytest.approx(100 * np.polyfit(np.arange(48), rows.mean(axis=0), 1)[0])


def test_excess_error_of_two_markov_chains_has_its_closed_form():
    # The student leaves the state in which it errs (2 nats) twice as often as the teacher reaches it: 0.25 against 0.5.
    own, given = np.full(10, 0.25 * 2.0), np.full(10, 0.5 * 2.0)
    assert behaviour.excess_error(own, given) == pytest.approx(-50)
