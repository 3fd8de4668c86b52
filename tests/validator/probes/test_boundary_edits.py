import re
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.measuring.measure import checks, unit_rows
from dls.probes import headline_multiple_choice
from dls.probes.boundary_edits import EDITS, PROBE
from dls.probes.shared.choice import ChoiceRecord

ITEMS = PROBE.items(1, 60)
(MEASURE,) = PROBE.measures


def choosing(first, *edits, height=3.0):
    """Return the records of a model that chooses the option so many places after the right one, at each prompt."""
    rows = (first, *edits)

    def record(item):
        at = [(item.answer + off) % 4 for off in rows]
        return ChoiceRecord(item.id, tuple(tuple(0.0 if k == a else -height for k in range(4)) for a in at))

    return [record(item) for item in ITEMS]


def flips(records):
    return fmean(unit_rows(MEASURE, ITEMS, records))


def bare(prompt):
    """Return what an edit must not change: the sentences before the question, and the options as a set."""
    text, _, options = re.sub(r"\s+", " ", prompt.lower()).partition(" options: ")
    numbers = re.findall(r"\d+", text)
    choices = frozenset(options.partition(".")[0].split(", "))
    return numbers, choices


def test_an_edit_keeps_the_numbers_and_the_options():
    for item in ITEMS:
        assert {(tuple(numbers), choices) for numbers, choices in map(bare, item.prompts)} == {
            (tuple(bare(item.prompts[0])[0]), frozenset(item.options))
        }


def test_every_edit_changes_the_text():
    for item in ITEMS:
        assert len(set(item.prompts)) == len(EDITS) + 1


def test_capitals_and_spaces_are_all_that_two_of_the_edits_change():
    for item in ITEMS:
        plain, *_, capitals, spaces = item.prompts
        assert capitals.lower() == plain
        assert " ".join(spaces.split()) == plain


def test_the_questions_are_those_of_the_headline_task():
    kinds = [item.kind for item in headline_multiple_choice.PROBE.items(1, 60)]
    assert [item.kind for item in ITEMS] == kinds


def test_flips_are_counted_edit_by_edit():
    assert flips(choosing(0, 0, 0, 0, 0, 0)) == 0
    assert flips(choosing(0, 0, 1, 0, 2, 0)) == pytest.approx(2 / 5)
    assert flips(choosing(3, 0, 0, 0, 0, 0)) == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.floats(0.1, 30))
def test_sharpening_and_flattening_alone_flip_nothing(rows, height):
    assert flips(choosing(*rows, height=height)) == flips(choosing(*rows))


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(1, 3))
def test_naming_the_options_otherwise_flips_nothing(rows, turn):
    assert flips(choosing(*((row + turn) % 4 for row in rows))) == flips(choosing(*rows))


@settings(deadline=None)
@given(st.integers(0, 4))
def test_one_more_edit_that_turns_the_answer_costs_a_fifth(turned):
    before, after = (flips(choosing(0, *(int(k < count) for k in range(5)))) for count in (turned, turned + 1))
    assert after - before == pytest.approx(1 / 5)


def test_a_model_that_is_steadily_wrong_is_not_measured():
    result = {c.check: c.passed for c in checks(PROBE, ITEMS, {"student": choosing(*[1] * 6)})}
    assert flips(choosing(*[1] * 6)) == 0
    assert result == {"option_mass": True, "answers_right": False}


def test_a_broken_model_has_the_worst_value():
    broken = [PROBE.failed(item) for item in ITEMS]
    assert flips(broken) == 1
    assert not all(check.passed for check in checks(PROBE, ITEMS, {"student": broken}))


def test_an_option_that_noise_could_put_first_is_a_near_tie():
    assert [MEASURE.near_ties(ITEMS, choosing(*[0] * 6, height=h)) for h in (1.9e-4, 2.1e-4)] == [60, 0]
