"""Numbers of uncertainty probes from the options' probabilities, against scikit-learn, scipy and work by hand."""

import math

import numpy as np
import pytest
from scipy.stats import entropy, spearmanr
from sklearn.metrics import brier_score_loss

from dls.measuring.measure import measured_metrics, unit_rows
from dls.probes.shared import certainty
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls.probes.uncertainty_multiple_choice import PROBE

N = 60
RANDOM = np.random.default_rng(3)
TEACHER, STUDENT = RANDOM.dirichlet(np.full(4, 0.4), N), RANDOM.dirichlet(np.full(4, 0.4), N)
RIGHT = RANDOM.integers(0, 4, N)
ITEMS = [ChoiceItem(f"{i:06d}", "sum", 1, "", "?", ("a", "b", "c", "d"), int(right)) for i, right in enumerate(RIGHT)]


def records(table):
    """Write the same probabilities, all of the mass, down for each of four rotations."""
    return [ChoiceRecord(item.id, (tuple(np.log(row)),) * 4) for item, row in zip(ITEMS, np.array(table), strict=True)]


FOUND = {
    entry.metric: entry
    for entry in measured_metrics(PROBE, ITEMS, {"teacher": records(TEACHER), "student": records(STUDENT)})
}


def test_the_brier_score_over_all_options_is_scikit_learns():
    expected = brier_score_loss(RIGHT, TEACHER, scale_by_half=False)
    assert FOUND["brier"].teacher.value == pytest.approx(expected, abs=5e-5)


def test_an_item_that_ended_in_an_error_has_the_worst_brier_score():
    failed = [PROBE.failed(item) for item in ITEMS]
    (measure,) = (m for m in PROBE.measures if m.metric == "brier")
    assert unit_rows(measure, ITEMS, failed) == pytest.approx([2.0] * N)


FOUR = ((0.9, True), (0.8, False), (0.6, True), (0.5, False))
ALIKE = ((0.9, True), (0.9, True), (0.9, False))


@pytest.mark.parametrize(
    ("metric", "answers", "value"),
    [
        ("aurc", FOUR, (0 / 1 + 1 / 2 + 1 / 3 + 2 / 4) / 4),
        ("aurc", [(0.9, False)] * 5, 1.0),
        ("augrc", FOUR, (0 + 1 + 1 + 2) / 4 / 4),
        ("error_auroc", FOUR, 3 / 4),
        ("ece_debiased_squared", ALIKE, (0.9 - 2 / 3) ** 2 - 2 / 3 * 1 / 3 / 2),
    ],
)
def test_a_few_answers_have_the_numbers_worked_out_by_hand(metric, answers, value):
    """An answer is a confidence and whether it is right; the other options share the rest."""
    table = []
    for right, (confidence, correct) in zip(RIGHT, answers, strict=False):
        choice = right if correct else (right + 1) % 4
        table.append([confidence if option == choice else (1 - confidence) / 3 for option in range(4)])
    arms = {"student": records_of(table)}
    (result,) = measured_metrics(PROBE, ITEMS[: len(answers)], arms, only=frozenset({metric}))
    assert result.student.value == pytest.approx(value, abs=5e-5)


def test_mean_confidence_is_accuracy_and_the_overconfidence_gap():
    accuracy = np.mean(STUDENT.argmax(axis=1) == RIGHT)
    expected = FOUND["overconfidence_gap"].student.value + accuracy
    assert FOUND["mean_confidence"].student.value == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("metric", "size"), [("selective_risk_80", 48), ("selective_risk_90", 54)])
def test_selective_risk_is_the_error_rate_of_the_surest(metric, size):
    surest = np.argsort(-STUDENT.max(axis=1))[:size]
    expected = np.mean(STUDENT.argmax(axis=1)[surest] != RIGHT[surest])
    assert FOUND[metric].student.value == pytest.approx(expected, abs=5e-5)


def test_the_entropy_correlation_is_scipys():
    expected = spearmanr(entropy(TEACHER, axis=1), entropy(STUDENT, axis=1)).statistic
    assert FOUND["entropy_correlation"].pair.value == pytest.approx(expected, abs=5e-5)


def test_sharpening_every_answer_alike_leaves_its_place_among_the_entropies():
    """A correlation of ranks sees which items a model is unsure of, and never how sure it is on the whole."""
    two_options = np.column_stack([TEACHER[:, :1] / 2, 1 - TEACHER[:, :1] / 2])
    sharp = two_options**3 / (two_options**3).sum(axis=1, keepdims=True)
    pairs = certainty.both_entropies(ITEMS, records(two_options), records(sharp))
    assert spearmanr(*np.transpose(pairs)).statistic == pytest.approx(1)


def test_a_student_of_errors_alone_is_unsure_of_nothing_and_follows_its_teacher_in_nothing():
    arms = {"teacher": records(TEACHER), "student": [PROBE.failed(item) for item in ITEMS]}
    (result,) = measured_metrics(PROBE, ITEMS, arms, only=frozenset({"entropy_correlation"}))
    assert result.pair.value == 0


@pytest.mark.parametrize(("gap", "near"), [(1e-3, 0), (1e-5, 2)], ids=["a clear border", "two at the border"])
def test_items_at_the_border_are_counted(gap, near):
    """Of five items four are looked at: the fourth by confidence is the border, and two others lie a gap beside it."""
    sure = [0.9, 0.5 * math.exp(gap), 0.5, 0.5 * math.exp(-gap), 0.4]
    table = [[p, *((1 - p) / 3 for _ in range(3))] for p in sure]
    assert certainty.near_border(0.6)(ITEMS[:5], records_of(table)) == near


def records_of(table):
    return [ChoiceRecord(f"{i:06d}", (tuple(map(math.log, row)),)) for i, row in enumerate(table)]
