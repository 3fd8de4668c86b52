"""Metrics of twins, groups, stated odds and samples, against scikit-learn, scipy or a closed form."""

import numpy as np
import pytest
import scipy.spatial.distance
import sklearn.metrics as sk

from dls.metrics import behaviour, calibration, divergence, diversity, selective

RANDOM = np.random.default_rng(11)
N = 600
WANTED, UNWANTED = np.round(RANDOM.beta(5, 2, N), 1), np.round(RANDOM.beta(2, 4, N), 1)
CORRECT = (RANDOM.random(N) < 0.7).astype(float)
GROUP = RANDOM.integers(0, 4, N).astype(float)
LABELS = np.repeat([1, 0], N)


def test_the_ranking_of_twins_is_scikit_learns_roc_auc_ties_and_all():
    wanted = sk.roc_auc_score(LABELS, np.concatenate([WANTED, UNWANTED]))
    assert behaviour.twin_auroc(WANTED, UNWANTED) == pytest.approx(wanted)


def test_soft_j_of_certain_reactions_is_scikit_learns_adjusted_balanced_accuracy():
    reacts, other = WANTED > 0.5, UNWANTED > 0.5
    wanted = sk.balanced_accuracy_score(LABELS, np.concatenate([reacts, other]), adjusted=True)
    assert behaviour.soft_j(reacts.astype(float), other.astype(float)) == pytest.approx(wanted)


def test_the_worst_group_is_the_lowest_recall_of_its_class():
    answered = np.where(CORRECT == 1, GROUP, -1)
    wanted = sk.recall_score(GROUP, answered, labels=np.unique(GROUP), average=None).min()
    assert behaviour.worst_group_accuracy(CORRECT, GROUP) == pytest.approx(wanted)


def test_the_drop_out_of_range_is_a_difference_of_two_accuracies():
    beyond = CORRECT * (RANDOM.random(N) < 0.8)
    right = np.ones(N)
    wanted = sk.accuracy_score(right, CORRECT) - sk.accuracy_score(right, beyond)
    assert behaviour.drop_out_of_range(CORRECT, beyond) == pytest.approx(wanted)


def test_the_memorisation_ratio_is_the_share_of_the_known_among_both():
    named = RANDOM.choice(["known", "stated", "neither"], N, p=[0.2, 0.5, 0.3])
    either = named[named != "neither"]
    wanted = sk.accuracy_score(np.full(either.size, "known"), either)
    known, stated = (named == "known").astype(float), (named == "stated").astype(float)
    assert behaviour.memorisation_ratio(known, stated) == pytest.approx(wanted)
    assert behaviour.memorisation_ratio(np.zeros(3), np.zeros(3)) == 1


def test_the_error_on_stated_odds_is_half_of_scipys_distance_with_everything_else_as_one_outcome():
    stated, given = RANDOM.dirichlet(np.ones(3), 50), RANDOM.dirichlet(np.ones(4), 50)
    wanted = [scipy.spatial.distance.cityblock([*odds, 0], row) / 2 for odds, row in zip(stated, given, strict=True)]
    assert calibration.known_probability_error(stated, given[:, :3]) == pytest.approx(np.mean(wanted))
    found = [
        diversity.stated_distribution_error(np.log(row[:3]), odds) for odds, row in zip(stated, given, strict=True)
    ]
    assert found == pytest.approx(wanted)


def test_the_same_first_choice_is_scikit_learns_accuracy_and_a_tie_goes_to_the_lowest():
    p, q = (np.round(RANDOM.dirichlet(np.ones(5), N), 1) for _ in range(2))
    first = [max(range(5), key=lambda symbol, row=row: (row[symbol], -symbol)) for row in (*p, *q)]
    assert divergence.same_top(p, q).mean() == pytest.approx(sk.accuracy_score(first[:N], first[N:]))


def test_errors_that_come_last_leave_no_excess_and_errors_that_come_first_do():
    few = 1 - (np.arange(20_000) < 2_000).astype(float)
    assert selective.e_aurc(few, few) == pytest.approx(0, abs=1e-4)
    assert selective.e_aurc(1 - few, few) > 0.1


@pytest.mark.parametrize("kinds", [1, 2, 4, 8])
def test_evenly_spread_samples_have_as_many_answers_as_there_are(kinds):
    counts = np.full(kinds, 16 // kinds)
    collisions = (16 / kinds - 1) / 15  # of a second sample with the first, of which there are so many more
    assert diversity.collision_probability(counts) == pytest.approx(collisions)
    assert diversity.effective_answers(np.array([collisions] * 3)) == pytest.approx(1 / collisions)
    assert diversity.distinct(np.append(counts, 0)) == kinds == diversity.vendi_2(counts)
