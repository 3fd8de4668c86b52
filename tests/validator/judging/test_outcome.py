"""Outcomes follow from printed interval ends alone."""

import pytest

from dls.judging.outcome import Ends, Mark, Measured, Outcome, Reason, Target, compare, judge, mark, worst
from dls.standard.registry import metric


@pytest.mark.parametrize(
    ("target", "ends", "outcome"),
    [
        (Target(margin=0.02), Ends(0.004, 0.019), Outcome.PRESERVED),
        (Target(margin=0.02), Ends(0.004, 0.02), Outcome.PRESERVED),
        (Target(margin=0.02), Ends(0.004, 0.025), Outcome.INCONCLUSIVE),
        (Target(margin=0.02), Ends(0.021, 0.05), Outcome.LOST),
        (Target(margin=0.02), Ends(0.02, 0.05), Outcome.INCONCLUSIVE),
        (Target(cap=0.01), Ends(0.0, 0.0099), Outcome.PRESERVED),
        (Target(cap=0.01), Ends(0.011, 0.03), Outcome.LOST),
        (Target(floor=0.9), Ends(0.911, 0.936), Outcome.PRESERVED),
        (Target(floor=0.9), Ends(0.85, 0.899), Outcome.LOST),
        (Target(at_least=0.8), Ends(0.79, 0.9), Outcome.INCONCLUSIVE),
        (Target(at_least=0.8), Ends(0.5, 0.7), Outcome.LOST),
    ],
)
def test_an_interval_decides_only_when_it_lies_on_one_side(target, ends, outcome):
    assert compare(target, ends) is outcome


def _soft_j(**found):
    usual = {"n_units": 300, "loss": Ends(-0.01, 0.02), "teacher": Ends(0.9, 0.95)}
    return judge(Target(margin=0.05), Measured(**usual | found), metric("abstention_soft_j"))


def test_a_small_loss_of_an_able_teacher_is_preserved():
    assert _soft_j() == (Outcome.PRESERVED, ())


def test_a_teacher_at_chance_has_nothing_to_preserve():
    assert _soft_j(teacher=Ends(-0.01, 0.04)) == (Outcome.INCONCLUSIVE, (Reason.TEACHER_AT_CHANCE,))


def test_leaving_out_the_teachers_interval_is_worth_nothing():
    assert _soft_j(teacher=None) == (Outcome.INCONCLUSIVE, (Reason.TEACHER_INTERVAL_MISSING,))


def test_a_teacher_at_chance_does_not_excuse_the_student_from_its_floor():
    found = judge(
        Target(floor=0.5), Measured(300, student=Ends(0.1, 0.2), teacher=Ends(-0.1, 0.1)), metric("abstention_soft_j")
    )
    assert found.outcome is Outcome.LOST


def test_too_few_units_decide_nothing():
    assert _soft_j(n_units=99).reasons == (Reason.TOO_FEW_UNITS,)


def test_a_missing_interval_decides_nothing():
    assert _soft_j(loss=None).reasons == (Reason.NO_INTERVAL,)


def test_a_failed_check_decides_nothing():
    found = judge(
        Target(margin=0.05),
        Measured(300, loss=Ends(0, 0.01)),
        metric("brier_top_label"),
        failed_checks=("option_mass",),
    )
    assert found == (Outcome.INCONCLUSIVE, (Reason.VALIDITY_CHECK_FAILED,))


def test_a_stated_chance_counts_where_the_items_decide_it():
    found = judge(
        Target(margin=0.05), Measured(300, loss=Ends(0, 0.01), teacher=Ends(0.24, 0.3)), metric("accuracy"), chance=0.25
    )
    assert found.reasons == (Reason.TEACHER_AT_CHANCE,)


def test_a_claim_is_as_good_as_its_worst_target():
    assert worst([Outcome.PRESERVED, Outcome.INCONCLUSIVE, Outcome.LOST]) is Outcome.LOST
    assert worst([Outcome.PRESERVED, Outcome.INCONCLUSIVE]) is Outcome.INCONCLUSIVE
    assert worst([Outcome.PRESERVED]) is Outcome.PRESERVED
    assert worst([]) is Outcome.REPORTED


def test_marks_stand_only_beside_preserved():
    assert mark(Outcome.PRESERVED, Ends(-0.2, -0.1)) is Mark.IMPROVED
    assert mark(Outcome.PRESERVED, Ends(0.001, 0.01)) is Mark.DEGRADED_WITHIN_MARGIN
    assert mark(Outcome.PRESERVED, Ends(-0.001, 0.01)) is None
    assert mark(Outcome.LOST, Ends(0.1, 0.2)) is None
