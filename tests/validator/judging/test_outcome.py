"""Outcomes follow from printed interval ends alone."""

import pytest

from dls.judging.outcome import Ends, TargetIntervals, judge, mark, outcome_of, worst_outcome
from dls.model import Target
from dls.standard.registry import metric

KINDS = {"margin": "non_inferiority", "floor": "absolute", "cap": "absolute", "at_least": "retention"}


def target(**limit):
    return Target(kind=KINDS[next(iter(limit))], outcome="inconclusive", **limit)


@pytest.mark.parametrize(
    ("target", "ends", "outcome"),
    [
        (target(margin=0.02), Ends(0.004, 0.019), "preserved"),
        (target(margin=0.02), Ends(0.004, 0.02), "preserved"),
        (target(margin=0.02), Ends(0.004, 0.025), "inconclusive"),
        (target(margin=0.02), Ends(0.021, 0.05), "lost"),
        (target(margin=0.02), Ends(0.02, 0.05), "inconclusive"),
        (target(cap=0.01), Ends(0.0, 0.0099), "preserved"),
        (target(cap=0.01), Ends(0.011, 0.03), "lost"),
        (target(floor=0.9), Ends(0.911, 0.936), "preserved"),
        (target(floor=0.9), Ends(0.85, 0.899), "lost"),
        (target(at_least=0.8), Ends(0.79, 0.9), "inconclusive"),
        (target(at_least=0.8), Ends(0.5, 0.7), "lost"),
    ],
)
def test_an_interval_decides_only_when_it_lies_on_one_side(target, ends, outcome):
    assert outcome_of(target, ends) == outcome


def _soft_j(**intervals):
    usual = {"n_units": 300, "tested": Ends(-0.01, 0.02), "teacher": Ends(0.9, 0.95)}
    return judge(target(margin=0.05), TargetIntervals(**usual | intervals), metric("abstention_soft_j"))


def test_a_small_loss_of_an_able_teacher_is_preserved():
    assert _soft_j() == ("preserved", ())


def test_a_teacher_at_chance_has_nothing_to_preserve():
    assert _soft_j(teacher=Ends(-0.01, 0.04)) == ("inconclusive", ("teacher_at_chance",))


def test_leaving_out_the_teachers_interval_is_worth_nothing():
    assert _soft_j(teacher=None) == ("inconclusive", ("teacher_interval_missing",))


def test_a_teacher_at_chance_does_not_excuse_the_student_from_its_floor():
    intervals = TargetIntervals(300, tested=Ends(0.1, 0.2), teacher=Ends(-0.1, 0.1))
    assert judge(target(floor=0.5), intervals, metric("abstention_soft_j")).outcome == "lost"


def test_too_few_units_decide_nothing():
    assert _soft_j(n_units=99).reasons == ("too_few_units",)


def test_a_missing_interval_decides_nothing():
    assert _soft_j(tested=None).reasons == ("no_interval",)


def test_a_failed_check_decides_nothing():
    intervals = TargetIntervals(300, tested=Ends(0, 0.01))
    judgement = judge(target(margin=0.05), intervals, metric("brier_top_label"), failed_checks=("option_mass",))
    assert judgement == ("inconclusive", ("validity_check_failed",))


def test_a_stated_chance_counts_where_the_items_decide_it():
    intervals = TargetIntervals(300, tested=Ends(0, 0.01), teacher=Ends(0.24, 0.3))
    judgement = judge(target(margin=0.05), intervals, metric("accuracy"), chance=0.25)
    assert judgement.reasons == ("teacher_at_chance",)


def test_a_claim_is_as_good_as_its_worst_target():
    assert worst_outcome(["preserved", "inconclusive", "lost"]) == "lost"
    assert worst_outcome(["preserved", "inconclusive"]) == "inconclusive"
    assert worst_outcome(["preserved"]) == "preserved"
    assert worst_outcome([]) == "reported"


def test_marks_stand_only_beside_preserved():
    assert mark("preserved", Ends(-0.2, -0.1)) == "improved"
    assert mark("preserved", Ends(0.001, 0.01)) == "degraded_within_margin"
    assert mark("preserved", Ends(-0.001, 0.01)) is None
    assert mark("lost", Ends(0.1, 0.2)) is None
