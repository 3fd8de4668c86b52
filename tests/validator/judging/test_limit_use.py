"""The common axis: up to 1 is preserved, beyond 1 is lost, whatever the kind of target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dls.judging.limit_use import share_of_limit
from dls.judging.outcome import Ends, outcome_of
from dls.model import Claim, Loss, PrintedInterval, Reading, Target
from dls.standard.registry import metric

NUMBERS = st.decimals("-1", "1", places=4).map(float)
LIMITS = st.decimals("0.0001", "0.9999", places=4).map(float)


def claim(target, *, tested=None, ends=None, teacher=0.9, name="accuracy", pair=False):
    interval = PrintedInterval(low=ends[0], high=ends[1], level=0.9, method="wilson") if ends else None
    reading = None if tested is None else Reading(value=tested, interval=interval)
    own = reading if target.kind == "absolute" else None
    return Claim(
        id="c",
        dimension="headline",
        metric=name,
        comparator="teacher",
        targets=(target,),
        outcome="inconclusive",
        evidence=(),
        teacher=None if pair else Reading(value=teacher),
        student=None if pair else own,
        pair=own if pair else None,
        loss=Loss(value=tested, interval=interval) if target.kind == "non_inferiority" else None,
        retention=reading if target.kind == "retention" else None,
    )


def non_inferiority(limit):
    return Target(kind="non_inferiority", margin=limit, outcome="inconclusive")


def floor(limit):
    return Target(kind="absolute", floor=limit, outcome="inconclusive")


def cap(limit):
    return Target(kind="absolute", cap=limit, outcome="inconclusive")


def retention(limit):
    return Target(kind="retention", at_least=limit, outcome="inconclusive")


@pytest.mark.parametrize(("kind", "teacher"), [(non_inferiority, 0), (floor, 1.0), (cap, 0.0), (retention, 0)])
@given(limit=LIMITS, values=st.lists(NUMBERS, min_size=3, max_size=3).map(sorted))
def test_the_side_of_the_limit_is_the_outcome(kind, teacher, limit, values):
    target = kind(limit)
    use = share_of_limit(claim(target, tested=values[1], ends=(values[0], values[2]), teacher=teacher), target, None)
    outcome = outcome_of(target, Ends(values[0], values[2]))
    assert use.low <= use.value <= use.high
    assert (use.high <= 1) == (outcome == "preserved")
    assert (use.low > 1) == (outcome == "lost")


@pytest.mark.parametrize(
    ("target", "tested", "teacher", "share"),
    [
        (non_inferiority(0.02), 0.0443, 0.9, 2.215),
        (non_inferiority(0.02), 0.0, 0.9, 0.0),
        (floor(0.8), 0.85, 0.9, 0.5),
        (floor(0.8), 0.9, 0.9, 0.0),
        (cap(0.1), 0.075, 0.05, 0.5),
        (retention(0.9), 1.0, 0.9, 0.0),
        (retention(0.9), 0.8, 0.9, 2.0),
    ],
)
def test_a_share_worked_out_by_hand(target, tested, teacher, share):
    use = share_of_limit(claim(target, tested=tested, teacher=teacher), target, metric("accuracy"))
    assert use.value == pytest.approx(share)
    assert use.low is None


@pytest.mark.parametrize(
    ("target", "teacher"),
    [(non_inferiority(0.0), 0.9), (floor(0.9), 0.9), (floor(0.95), 0.9), (cap(0.5), 0.6), (retention(1.0), 0.9)],
    ids=["margin 0", "teacher at its floor", "teacher past its floor", "teacher past its cap", "all to keep"],
)
def test_without_a_distance_there_is_no_axis(target, teacher):
    assert share_of_limit(claim(target, tested=0.5, teacher=teacher), target, metric("accuracy")) is None


@pytest.mark.parametrize(("name", "target", "tested", "share"), [
    ("on_policy_kl", cap(0.5), 0.25, 0.5),  # two equal models have a divergence of 0
    ("top1_agreement", floor(0.8), 0.9, 0.5),  # and agree everywhere
])  # fmt: skip
def test_a_metric_of_the_pair_starts_at_two_equal_models(name, target, tested, share):
    use = share_of_limit(claim(target, tested=tested, name=name, pair=True), target, metric(name))
    assert use.value == pytest.approx(share)
