import math
from functools import partial
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.draw import Draw
from dls.measuring.measure import measured_metrics, unit_rows
from dls.probes.on_policy_story import (
    POSITIONS,
    PROBE,
    ScoredStory,
    StoryAcrossRecord,
    StoryItem,
    StoryPairRecord,
    StoryRecord,
)
from dls.probes.shared.stories import person_in
from dls.probes.shared.stories import story as story_of

ITEMS = PROBE.items(1, 100)
CADO = StoryItem("0", "please tell me: what did cado do today?")
HONEST = "cado saw a snake. then cado ate bread. then cado met vado. then cado went to quito. then cado slept. the end."
MEANS = {
    m.metric: partial(unit_rows, m)
    for m in PROBE.measures
    if m.metric in ("on_policy_kl", "seq_rep_4", "loop_rate", "non_termination")
}
divergences = st.lists(st.floats(0, 40), min_size=1, max_size=POSITIONS)


def story(tokens, text="a b", *, ended=True):
    return [StoryRecord(item.id, list(tokens), text, ended, 1.0) for item in ITEMS]


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
    assert math.isclose(result["seq_rep_4"], 1 - 1 / (POSITIONS - 3), abs_tol=1e-4)


def test_bits_are_counted_by_bytes_and_not_by_stories():
    stories = (ScoredStory("a", -2.0, -1.0), ScoredStory("äbc" * 3, -9.0, -4.0))
    across = [StoryAcrossRecord(item.id, story, story) for item, story in zip(ITEMS[:2], stories, strict=True)]
    result = {entry.metric: entry.pair for entry in measured_metrics(PROBE, ITEMS[:2], {"across": across})}
    assert result["on_policy_kl_per_byte"].value == pytest.approx((1 + 5) / 13 / math.log(2), abs=1e-4)
    assert result["sequence_kl_per_byte"].value == -result["on_policy_kl_per_byte"].value


def holds(item, text, *, ended=True):
    (measure,) = (m for m in PROBE.measures if m.metric == "story_holds")
    return unit_rows(measure, [item], [StoryRecord(item.id, [1], text, ended, 1.0)]) == [1.0]


@pytest.mark.parametrize("text", [HONEST, HONEST.title(), HONEST.replace(". ", ".\n"), "cado slept. the end."])
def test_a_story_of_its_person_that_closes_and_ends_holds(text):
    assert holds(CADO, text)
    assert not holds(CADO, text, ended=False)


BREAKING = {
    "says nothing": "",
    "only closes": "the end.",
    "is about another person": HONEST.replace("cado", "vado"),
    "is about another person at last": HONEST.replace("cado slept", "vado slept"),
    "is about nobody": HONEST.replace("cado slept", "slept"),
    "names the person alone": "cado. the end.",
    "says a sentence twice": HONEST.replace(" the end.", " then cado ate bread. the end."),
    "loops within a sentence": "cado went to rome went to rome went to rome. the end.",
    "does not close": HONEST.removesuffix(" the end."),
    "goes on after it closed": f"{HONEST} cado ate rice.",
    "closes twice": f"{HONEST} the end.",
    "changes the language": HONEST.replace("slept", "потом очень долго спал в большом зелёном доме"),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_story_that_leaves_its_prompt_or_repeats_itself_does_not_hold(name):
    assert not holds(CADO, BREAKING[name])


@given(st.sampled_from(ITEMS), st.integers(0, 10_000))
def test_every_story_of_the_item_language_holds_for_its_person_alone(item, seed):
    name = person_in(item.question)
    assert holds(item, story_of(Draw("told", seed), name))
    assert not holds(item, story_of(Draw("told", seed), f"{name}x"))


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("It rained. We stayed at home.", True), ("", False), ("...", False), ("It rained. It rained.", False),
        ("It rained and it rained and it rained and it rained.", False), ("Шёл дождь.", False),
    ],
)  # fmt: skip
def test_a_text_of_another_prompt_says_something_in_its_scripts_and_nothing_twice(text, is_whole):
    item = StoryItem("000001", "What was the weather like?")
    assert holds(item, text) == is_whole
    assert not holds(item, text, ended=False)


@pytest.mark.parametrize("gap", [0.0, 1.9e-4, 2.1e-4])
def test_a_story_that_noise_could_turn_is_a_near_tie(gap):
    (measure,) = (m for m in PROBE.measures if m.metric == "story_holds")
    assert measure.near_ties([CADO], [StoryRecord("0", [1], HONEST, ended=True, gap=gap)]) == (gap < 2e-4)
