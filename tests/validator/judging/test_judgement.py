"""The judgement of one claim, and of the same claim with one change."""

import msgspec
import pytest

from dls.judging.conditions import FailedChecks
from dls.judging.judgement import Conditions, interval_outcome, judge_target, marks, reading_ends
from dls.model import Claim, Loss, PrintedInterval, ProbeName, Reading, Target
from dls.standard.registry import metric

INTERVAL = PrintedInterval(low=0.004, high=0.015, level=0.9, method="bounded_mean", unit="item", n_units=500)
TARGET = Target(kind="non_inferiority", margin=0.02, outcome="preserved")
CLAIM = Claim(
    id="c",
    dimension="uncertainty",
    metric="brier_top_label",
    comparator="teacher",
    targets=(TARGET,),
    outcome="preserved",
    evidence=("e",),
    teacher=Reading(value=0.05),
    student=Reading(value=0.06),
    loss=Loss(value=0.01, interval=INTERVAL),
)
CONDITIONS = Conditions(metric("brier_top_label"), regenerated=True, derived_seed=True)


def claim_with(**interval):
    return msgspec.structs.replace(CLAIM, loss=Loss(value=0.01, interval=msgspec.structs.replace(INTERVAL, **interval)))


def with_failures(*clauses, excuses=()):
    return CONDITIONS._replace(failed_checks=FailedChecks((*clauses, *excuses), excuses))


LOST = claim_with(low=0.021, high=0.03)
WITHOUT_INTERVAL = msgspec.structs.replace(CLAIM, loss=Loss(value=0.01))
OF_OTHER_ITEMS = CONDITIONS._replace(regenerated=False, other_items=True)


def test_a_whole_interval_on_the_good_side_is_preserved():
    assert judge_target(CLAIM, TARGET, CONDITIONS, 500) == ("preserved", ())


@pytest.mark.parametrize(
    ("claim", "conditions", "planned_n", "outcome", "reasons"),
    [
        (claim_with(low=0.021, high=0.03), CONDITIONS, 500, "lost", ()),
        (claim_with(high=0.03), CONDITIONS, 500, "inconclusive", ()),
        (claim_with(level=0.8), CONDITIONS, 500, "inconclusive", ("no_interval",)),
        (claim_with(n_units=None), CONDITIONS, 500, "inconclusive", ("too_few_units",)),
        (claim_with(n_units=99, low=0.021, high=0.03), CONDITIONS, 500, "inconclusive", ("too_few_units",)),
        (CLAIM, CONDITIONS, 501, "inconclusive", ("n_not_planned",)),
        (CLAIM, CONDITIONS._replace(planned_n=499), 499, "inconclusive", ("n_not_planned",)),
        (CLAIM, CONDITIONS._replace(pinned_student=False), 500, "inconclusive", ("declared_student",)),
        (CLAIM, CONDITIONS._replace(regenerated=False), 500, "inconclusive", ("not_regenerated",)),
        (CLAIM, CONDITIONS._replace(derived_seed=False), 500, "inconclusive", ("chosen_seed",)),
        (CLAIM, with_failures("option_mass"), 500, "inconclusive", ("validity_check_failed",)),
        (LOST, with_failures("option_mass"), 500, "lost", ()),
        (LOST, with_failures(excuses=("option_mass",)), 500, "inconclusive", ("validity_check_failed",)),
        (LOST, CONDITIONS._replace(regenerated=False), 500, "lost", ()),
        (LOST, OF_OTHER_ITEMS, 500, "inconclusive", ("not_regenerated",)),
        (
            WITHOUT_INTERVAL,
            CONDITIONS._replace(regenerated=False),
            500,
            "inconclusive",
            ("not_regenerated", "no_interval", "too_few_units"),
        ),
        (claim_with(low=0.021, high=0.03), CONDITIONS._replace(derived_seed=False, regenerated=False), 999, "lost", ()),
    ],
)
def test_one_change_changes_the_outcome(claim, conditions, planned_n, outcome, reasons):
    assert judge_target(claim, TARGET, conditions, planned_n) == (outcome, reasons)


def test_without_an_interval_there_is_no_outcome():
    assert interval_outcome(msgspec.structs.replace(CLAIM, loss=Loss(value=0.01)), TARGET) is None


def test_a_95_percent_interval_is_wide_enough():
    assert interval_outcome(claim_with(level=0.95), TARGET) == "preserved"


def test_counts_stand_in_for_a_missing_interval():
    ends = reading_ends(Reading(value=0.5, count=50, n=100))
    assert ends is not None
    assert ends.low == pytest.approx(
        0.4136, abs=1e-3
    )  # exact binomial interval, R: binom.test(50, 100, conf.level = 0.9)
    assert ends.high == pytest.approx(0.5864, abs=1e-3)


def test_marks_stand_beside_preserved_only():
    assert marks(CLAIM) == ("degraded_within_margin",)
    assert marks(msgspec.structs.replace(CLAIM, outcome="lost")) == ()
    assert marks(claim_with(low=-0.02, high=-0.01)) == ("improved",)


@pytest.mark.parametrize(("low", "reasons"), [(0.24, ("teacher_at_chance",)), (0.26, ())])
def test_a_teacher_has_to_clear_the_chance_of_the_probes_items_where_the_target_states_none(low, reasons):
    ends = PrintedInterval(low=low, high=0.3, level=0.9, method="clopper_pearson")
    claim = msgspec.structs.replace(
        CLAIM,
        metric="accuracy",
        probe=ProbeName(id="headline.multiple_choice", version="1.0"),
        teacher=Reading(value=0.27, interval=ends),
    )
    assert judge_target(claim, TARGET, CONDITIONS._replace(metric=metric("accuracy")), 500).reasons == reasons
