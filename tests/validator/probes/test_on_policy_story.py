import math
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import measured_metrics, unit_rows
from dls.probes.on_policy_story import POSITIONS, PROBE, ScoredStory, StoryAcrossRecord, StoryPairRecord, StoryRecord

ITEMS = PROBE.items(1, 100)
MEANS = {
    m.metric: partial(unit_rows, m)
    for m in PROBE.measures
    if m.metric in ("on_policy_kl", "seq_rep_4", "loop_rate", "non_termination")
}
divergences = st.lists(st.floats(0, 40), min_size=1, max_size=POSITIONS)


def story(tokens, text="a b", *, ended=True):
    return [StoryRecord(item.id, list(tokens), text, ended) for item in ITEMS]


def apart(reverse, forward=(1.0,), given=(1.0,)):
    return [StoryPairRecord(item.id, list(reverse), list(forward), list(given)) for item in ITEMS]


def values(teacher, student, pair, *only):
    if not only:
        return {name: fmean(rows(ITEMS, pair if name == "on_policy_kl" else student)) for name, rows in MEANS.items()}
    records = {"teacher": teacher, "student": student, "pair": pair}
    result = measured_metrics(PROBE, ITEMS, records, only=frozenset(only))
    return {entry.metric: (entry.pair or entry.student).value for entry in result}


@settings(deadline=None)
@given(divergences)
def test_on_policy_kl_is_the_mean_over_positions_up_to_ten_nats(reverse):
    result = values(story([1]), story([1]), apart(reverse))["on_policy_kl"]
    assert result == pytest.approx(min(sum(reverse) / len(reverse), 10), abs=1e-4)


@settings(deadline=None)
@given(divergences, st.floats(0.01, 5))
def test_a_student_farther_from_its_teacher_is_worse(reverse, farther):
    near, far = (values(story([1]), story([1]), apart(r)) for r in (reverse, [x + farther for x in reverse]))
    assert far["on_policy_kl"] >= near["on_policy_kl"]


def test_a_student_that_ends_at_once_is_judged_on_that_alone():
    assert values(story([1] * 9), story([]), apart([7.5]))["on_policy_kl"] == 7.5


def test_looping_is_seen_in_repetition_and_in_non_termination():
    result = values(story(range(20)), story([4, 5, 6] * 16, ended=False), apart([0.1]))
    assert result["seq_rep_4"] == pytest.approx(1 - 3 / 45, abs=1e-4)
    assert (result["loop_rate"], result["non_termination"]) == (1, 1)


def test_a_story_of_its_own_words_repeats_nothing():
    result = values(story(range(20)), story(range(30)), apart([0.1]))
    assert (result["seq_rep_4"], result["loop_rate"], result["non_termination"]) == (0, 0, 0)


def test_the_length_ratio_is_that_of_bytes():
    assert values(story([1], "été"), story([1], "a tale"), apart([0.1]), "length_ratio")[
        "length_ratio"
    ] == pytest.approx(6 / 5)


def test_drift_is_the_slope_over_positions_however_long_the_stories_are():
    rising = [StoryPairRecord(item.id, [0.02 * k for k in range(5 + i % 40)], [1], [1]) for i, item in enumerate(ITEMS)]
    assert values(story([1]), story([1]), rising, "drift_slope")["drift_slope"] == pytest.approx(2, abs=1e-3)


def test_excess_error_compares_stories_of_equal_length():
    result = values(story([1]), story([1]), apart([0.1], forward=[2.0, 4.0], given=[2.0, 2.0, 50.0]), "excess_error")
    assert result["excess_error"] == pytest.approx(50)


def test_the_record_of_an_error_repeats_and_never_ends():
    records = [PROBE.failed(item) for item in ITEMS]
    result = values(records, records, [PROBE.pair.failed(item) for item in ITEMS])
    assert (result["non_termination"], result["loop_rate"], result["on_policy_kl"]) == (1, 1, 10)
    assert math.isclose(result["seq_rep_4"], 1 - 1 / 45, abs_tol=1e-4)


def test_bits_are_counted_by_bytes_and_not_by_stories():
    stories = (ScoredStory("a", True, True, -2.0, -1.0), ScoredStory("äbc" * 3, True, True, -9.0, -4.0))  # noqa: FBT003
    across = [StoryAcrossRecord(item.id, story, story) for item, story in zip(ITEMS[:2], stories, strict=True)]
    result = {entry.metric: entry.pair for entry in measured_metrics(PROBE, ITEMS[:2], {"across": across})}
    assert result["on_policy_kl_per_byte"].value == pytest.approx((1 + 5) / 13 / math.log(2), abs=1e-4)
    assert result["sequence_kl_per_byte"].value == -result["on_policy_kl_per_byte"].value
