"""Targets on pinned data: met on the pinned file alone, counted apart and `reproduced` at most where it is own data."""

import msgspec
import pytest

from dls.document.reader import read
from dls.judging.assess import LEVELS, assess_statement
from dls.judging.target_counts import count_targets
from dls.model import Statement, frozen
from dls.scenarios.profile import load_profile
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
OTHER_PARTY = {"by": "Another Lab", "on": "2026-11-23", "result": "confirmed", "sha256": "0" * 64, "path": "r.yaml"}


def value_of(name):
    return read(DOCUMENTS / f"{name}.yaml").value


def profile_of(name):
    return load_profile(DOCUMENTS / f"profile-of-{name}.yaml")


def reproduced(value):
    """Return a statement of which another party confirmed each claim on fresh items."""
    reproductions = value_of("publisher-reproduced")["reproductions"]
    return frozen(value | {"reproductions": reproductions}, Statement)


def result(value, profile):
    assessment = assess_statement(reproduced(value), profile)
    sizes = count_targets(profile, assessment.met_targets)
    return sizes, LEVELS.index(assessment.assurance)


def edited(profile, **changes):
    """Return a profile with other members of each pin; without pins for `data=None`."""
    targets = tuple(_edited(target, changes) if target.data else target for target in profile.targets)
    return profile._replace(targets=targets)


def _edited(target, changes):
    data = changes["data"] if "data" in changes else msgspec.structs.replace(target.data, **changes)
    return msgspec.structs.replace(target, data=data)


def test_targets_on_a_published_split_count_as_all_others_and_can_be_independently_reproduced():
    sizes, level = result(value_of("pinned-data"), profile_of("pinned-data"))
    assert (sizes.met, sizes.targets, sizes.own_targets) == (4, 5, 0)
    assert LEVELS[level] == "independently_reproduced"


def test_targets_on_own_data_count_apart_and_are_reproduced_at_most():
    sizes, level = result(value_of("own-data"), profile_of("own-data"))
    assert sizes == (2, 3, 2, 2)
    assert sizes.own_clause == "2 of 2 on own data met"
    assert LEVELS[level] == "reproduced"


@pytest.mark.parametrize(
    "changes",
    [
        {"split": None},
        {"revision": None},
        {"split": None, "revision": None},
        {"units": 1},
        {"units": 5999},
        {"data": None},
    ],
    ids=str,
)
def test_a_pin_that_says_less_makes_nothing_look_better(changes):
    value, profile = value_of("pinned-data"), profile_of("pinned-data")
    before, after = result(value, profile), result(value, edited(profile, **changes))
    assert after[0].met < before[0].met
    assert after[1] <= before[1]


@pytest.mark.parametrize("data", [None, "0" * 64])
def test_a_claim_that_names_another_file_or_none_meets_no_target_on_pinned_data(data):
    value, profile = value_of("pinned-data"), profile_of("pinned-data")
    claim = value["claims"][0]
    items = {name: member for name, member in claim["items"].items() if name != "data"}
    claims = [claim | {"items": items | ({"data": data} if data else {})}, *value["claims"][1:]]
    met = assess_statement(frozen(value | {"claims": claims}, Statement), profile).met_targets
    assert {target.metric for target in met} == {"brier_top_label", "valid_answer_mass"}


def test_four_times_the_planned_units_are_enough_and_one_fewer_is_not():
    profile = profile_of("pinned-data")
    for units, is_own in ((6000, False), (5999, True)):
        changed = edited(profile, units=units)
        assert {changed.is_on_own_data(target) for target in changed.targets if target.data} == {is_own}
