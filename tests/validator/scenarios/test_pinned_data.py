"""The problems of pinned data files in a profile: one file a probe, and a parent's items stay as they are."""

import msgspec
import pytest

from dls.model import ProfileFile
from dls.scenarios.problems import profile_problems
from dls.scenarios.profile import load_profile
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
PROFILE = load_profile(DOCUMENTS / "profile-of-pinned-data.yaml")
PIN = PROFILE.targets[0].data


def with_first_target(**changes):
    """Return the profile with another first target, without its second, which is about the same probe."""
    first, _, *rest = PROFILE.targets
    targets = (msgspec.structs.replace(first, **changes), *rest)
    return PROFILE._replace(targets=targets, file=msgspec.structs.replace(PROFILE.file, targets=targets))


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"probe": None}, "/targets/0/data", "name the probe"),
        ({"probe": "boundary.range", "data": PIN}, "", ""),
        ({"data": msgspec.structs.replace(PIN, units=1499)}, "/targets/0/data/units", "gives 1499 units"),
    ],
)
def test_a_pin_needs_a_probe_and_as_many_units_as_the_target_plans(changes, pointer, words):
    problems = {problem.pointer: problem.message for problem in profile_problems(with_first_target(**changes))}
    assert words in problems.get(pointer, "")
    assert not pointer or pointer in problems


def child(parent, data):
    """Return a profile that replaces the first target of its parent by one on a data file."""
    target = msgspec.structs.replace(parent.targets[0], data=data)
    file = msgspec.structs.replace(PROFILE.file, targets=(target,))
    return PROFILE._replace(parent=parent, file=file, targets=(target, *parent.targets[2:]))


@pytest.mark.parametrize(
    ("parent", "data", "words"),
    [
        (load_profile(DOCUMENTS / "profile.yaml"), PIN, "generated items"),
        (PROFILE, msgspec.structs.replace(PIN, sha256="0" * 64), "another data file"),
        (PROFILE, PIN, None),
    ],
    ids=["generated", "another", "same"],
)
def test_a_child_changes_no_items_of_its_parent(parent, data, words):
    messages = [
        problem.message for problem in profile_problems(child(parent, data)) if "the parent plans" in problem.message
    ]
    assert [words in message for message in messages] == ([True] if words else [])


def test_a_parents_target_without_items_of_its_own_takes_a_pin():
    parent = load_profile("text_classification")
    target = next(entry for entry in parent.targets if entry.probe == "headline.labels")
    pinned = msgspec.structs.replace(target, data=PIN)
    rest = tuple(entry for entry in parent.targets if entry.probe != "headline.labels")
    profile = PROFILE._replace(
        parent=parent, targets=(*rest, pinned), file=msgspec.structs.replace(PROFILE.file, targets=(pinned,))
    )
    assert not [problem for problem in profile_problems(profile) if "/data" in problem.pointer]


def test_the_digest_covers_each_member_of_a_pin():
    digests = {
        msgspec.json.encode(msgspec.structs.replace(PIN, **change))
        for change in ({}, {"units": 2}, {"split": "x"}, {"revision": "x"}, {"fixed_on": "2026-01-01"})
    }
    assert len(digests) == 5
    assert isinstance(PROFILE.file, ProfileFile)
