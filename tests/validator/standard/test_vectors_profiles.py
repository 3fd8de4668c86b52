"""The test vectors of a profile's digest: free texts leave it, and every other member changes it."""

import pytest
from tests.validator.standard.vector_files import vectors

from dls.document.reader import parse
from dls.scenarios.profile import profile_sha256
from dls.standard.form import violations

PROFILES = vectors("profiles")["profiles"]


def name(case):
    return case["name"]


@pytest.mark.parametrize("case", PROFILES, ids=name)
def test_each_text_of_a_profile_has_its_expected_digest(case):
    assert {profile_sha256(parse(text.encode(), "text").value) for text in case["texts"]} == {case["sha256"]}


@pytest.mark.parametrize("case", PROFILES, ids=name)
def test_each_text_is_a_profile(case):
    for text in case["texts"]:
        assert list(violations(parse(text.encode(), "text"), "scenario")) == []


def test_no_two_profiles_have_one_digest():
    assert len({case["sha256"] for case in PROFILES}) == len(PROFILES)
