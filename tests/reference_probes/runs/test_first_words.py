"""The first words about a teacher: before the student is asked, its failed checks and its interval against chance."""

import pytest

from dls.judging.seed import PairKeys
from dls.probes.catalogue import find_probe
from dls.probes.shared.choice import ChoiceRecord
from dls.scenarios.profile import load_profile
from dls_probes.runs.first_words import teacher_lines
from dls_probes.runs.plan import plan_probe

KEYS = PairKeys("0" * 64, "1" * 64)
DEMO = load_profile("demo")


def lines(name, profile, n, record):
    entry = plan_probe(find_probe(name), profile, KEYS, n, None)
    return list(teacher_lines(profile, entry, [record(item) for item in entry.items]))


def choosing(place):
    """Return the record of a model that gives nearly all mass to the option at a place, counted from the right one."""

    def record(item):
        values = [-9.0] * 4
        values[(item.answer + place(item)) % 4] = -0.01
        return ChoiceRecord(item.id, (tuple(values),))

    return record


def test_a_teacher_that_guesses_is_named_with_the_level_of_chance():
    (line,) = lines("headline.multiple_choice", DEMO, 200, choosing(lambda item: int(item.id) % 4))
    assert "teacher · headline.multiple_choice, 200 units: accuracy 0.25" in line
    assert line.endswith("does not clear chance, which is 0.25: its target cannot be decided so")


def test_a_teacher_that_knows_the_answers_clears_chance():
    (line,) = lines("headline.multiple_choice", DEMO, 200, choosing(lambda _: 0))
    assert line.endswith("clears chance, which is 0.25")


def test_a_failed_check_is_named_with_its_value_and_floor():
    unlikely = ChoiceRecord("", ((-8.0, -9.0, -9.0, -9.0),))
    first, *_ = lines("headline.multiple_choice", DEMO, 200, lambda item: ChoiceRecord(item.id, unlikely.logprobs))
    assert "the check option_mass is 0.0" in first
    assert "no target of the probe can be decided" in first


@pytest.mark.parametrize(("name", "easier"), [("uncertainty.lottery", "uncertainty.listed_draws")])
def test_the_easier_probe_is_named_where_there_is_one(name, easier):
    probe = find_probe(name)
    said = lines(name, load_profile("general_chat"), 400, probe.failed)
    assert any(easier in line for line in said)
