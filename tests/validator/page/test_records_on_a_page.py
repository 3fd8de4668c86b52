"""Curves and lost items come from the records, and say what an independent count says."""

import math

import numpy as np
import pytest

from dls.evidence.records import RecordedRun
from dls.model import Claim
from dls.page.curves import confidence_of, divergence_of
from dls.page.turned_items import lost_items_of
from dls.probes.catalogue import find_probe
from dls.probes.on_policy_story import StoryPairRecord
from dls.probes.shared.choice import ChoiceRecord
from dls.standard.registry import metric

N = 200


def choice_run(student_is_right):
    """Both models on the same questions: the teacher always right, the student where the mark is true."""
    probe = find_probe("uncertainty.multiple_choice", "1.0")
    items = probe.items(7, N)

    def record(item, *, right, confidence):
        choice = item.answer if right else (item.answer + 1) % 4
        rest = math.log((1 - confidence) / 3)
        row = [tuple(math.log(confidence) if option == choice else rest for option in range(4)) for _ in range(4)]
        return ChoiceRecord(item.id, tuple(row))

    confidences = np.linspace(0.5, 0.95, N)
    records = {
        "teacher": [record(item, right=True, confidence=0.9) for item in items],
        "student": [
            record(item, right=bool(right), confidence=float(confidence))
            for item, right, confidence in zip(items, student_is_right, confidences, strict=True)
        ],
    }
    return RecordedRun(None, probe, items, records)


def claim_of(name):
    return Claim(
        id="c", dimension="uncertainty", metric=name, comparator="teacher", targets=(), outcome="lost", evidence=()
    )


def test_each_bin_holds_the_share_of_right_answers_of_its_items():
    right = np.arange(N) >= N // 2
    curves = {model.arm: model for model in confidence_of(choice_run(right)).models}
    assert [part.n for part in curves["student"].bins] == [N // 10] * 10
    assert [part.accuracy for part in curves["student"].bins] == [0.0] * 5 + [1.0] * 5
    assert curves["student"].bins[0].confidence == pytest.approx(np.linspace(0.5, 0.95, N)[:20].mean())
    assert all(part.low <= part.accuracy <= part.high for part in curves["student"].bins)
    assert curves["teacher"].risk[-1] == (1.0, 0.0)


def test_the_risk_is_the_error_rate_among_the_surest():
    right = np.arange(N) >= N // 4
    risk = dict(next(model for model in confidence_of(choice_run(right)).models if model.arm == "student").risk)
    assert risk[1.0] == pytest.approx(0.25)
    assert max(value for share, value in risk.items() if share <= 0.75) == 0.0


def test_equally_sure_answers_share_their_errors():
    """The teacher is always equally sure, so no order of the items shows in its curve."""
    run = choice_run(np.ones(N))
    wrong = run.records["student"][0]
    assert wrong.id == run.items[0].id
    model = next(model for model in confidence_of(run).models if model.arm == "teacher")
    assert {value for _, value in model.risk} == {0.0}


def test_lost_items_are_right_for_the_teacher_and_wrong_for_the_student():
    right = np.ones(N, dtype=bool)
    right[[3, 50, 120, 199]] = False
    run = choice_run(right)
    entry = lost_items_of(claim_of("brier_top_label"), metric("brier_top_label"), run)
    assert entry.count == 4
    assert entry.units == N
    assert len(entry.examples) == 3
    by_id = {item.id: item for item in run.items}
    for example in entry.examples:
        item = by_id[example.id]
        assert example.right == item.options[item.answer]
        assert example.teacher.startswith(example.right)
        assert not example.student.startswith(example.right)
        assert example.question == (("question", item.prompt()),)


def test_a_statistic_of_all_items_has_no_items_of_its_own():
    run = choice_run(np.zeros(N, dtype=bool))
    assert lost_items_of(claim_of("ece_debiased_squared"), metric("ece_debiased_squared"), run) is None


def test_divergence_is_the_mean_of_the_texts_that_reach_a_position():
    probe = find_probe("on_policy.story", "1.0")
    items = probe.items(7, 20)
    records = [
        StoryPairRecord(item.id, reverse=[0.1] * (5 if i < 12 else 3), forward=[0.0], given=[0.0])
        for i, item in enumerate(items)
    ]
    entry = divergence_of(RecordedRun(None, probe, items, {"pair": records}))
    assert entry.counts == (20, 20, 20, 12, 12)
    assert entry.means == pytest.approx((0.1,) * 5)
