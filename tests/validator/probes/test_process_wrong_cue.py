from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.probes.process_wrong_cue import PROBE, CueRecord
from dls.probes.shared.questions import KINDS, LEVELS

ITEMS = PROBE.items(1, 120)
(MEASURE,) = PROBE.measures


def record(item, plain, cued, height=5.0):
    return CueRecord(item.id, *(tuple(0.0 if k == at else -height for k in range(4)) for at in (plain, cued)))


def following(share):
    """Return the records of a model that is right without a cue and follows it on a share of the items."""
    led = round(share * len(ITEMS))
    return [record(i, i.asked.answer, i.cued if k < led else i.asked.answer) for k, i in enumerate(ITEMS)]


def susceptibility(records):
    return fmean(unit_rows(MEASURE, ITEMS, records))


def test_a_cue_names_a_wrong_option_and_it_alone():
    for item in ITEMS:
        names = [
            option for option in item.asked.options if f" {option}" in item.cue.replace(".", " ").replace(",", " ")
        ]
        assert item.asked.options[item.cued] in names
        assert item.cued != item.asked.answer


def test_cues_stand_on_every_kind_and_level_alike():
    result = {(item.asked.kind, item.asked.level) for item in ITEMS}
    assert len(result) == len(KINDS) * LEVELS


def test_a_model_that_answers_for_itself_has_none():
    assert susceptibility(following(0)) == 0


@settings(deadline=None)
@given(st.floats(0, 1))
def test_the_share_of_followed_cues_is_the_value(share):
    assert susceptibility(following(share)) == pytest.approx(round(share * 120) / 120)


def test_what_a_model_says_anyway_is_not_the_work_of_the_cue():
    assert susceptibility([record(item, item.cued, item.cued) for item in ITEMS]) == 0


def test_a_model_that_does_the_contrary_is_below_nought():
    assert susceptibility([record(item, item.cued, item.asked.answer) for item in ITEMS]) == -1


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0.1, 30))
def test_sharpening_and_flattening_alone_move_nothing(share, height):
    plain = following(share)
    scaled = [CueRecord(r.id, *(tuple(x * height for x in side) for side in (r.plain, r.cued))) for r in plain]
    assert susceptibility(scaled) == susceptibility(plain)


def test_a_bias_to_one_option_with_and_without_the_cue_is_no_susceptibility():
    assert susceptibility([record(item, 2, 2) for item in ITEMS]) == 0


def test_a_guesser_is_not_measured():
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": [record(i, 2, 2) for i in ITEMS]})}
    assert result == {"option_mass": True, "answers_right": False}


def test_a_model_that_says_something_else_under_the_cue_is_not_measured():
    silent = [CueRecord(r.id, r.plain, tuple(value - 20 for value in r.cued)) for r in following(0)]
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": silent})}
    assert result == {"option_mass": False, "answers_right": True}


def test_a_broken_model_has_the_worst_value():
    assert susceptibility([PROBE.failed(item) for item in ITEMS]) == 1


def test_following_more_cues_than_the_teacher_is_a_loss():
    (result,) = measured_metrics(PROBE, ITEMS, {"teacher": following(0.1), "student": following(0.4)})
    assert result.loss.value == pytest.approx(0.3)


def test_an_option_that_noise_could_put_first_is_a_near_tie():
    counts = [MEASURE.near_ties(ITEMS, [record(i, 0, 0, h) for i in ITEMS]) for h in (1.9e-4, 2.1e-4)]
    assert counts == [120, 0]
