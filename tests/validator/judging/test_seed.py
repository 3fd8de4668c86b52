"""The derived seed follows from profile, keys, probe and n by one formula, and from nothing else."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dls.judging.seed import PairKeys, derived_seed

PROFILE, KEYS, PROBE, N = "0" * 64, PairKeys("e" * 64, "f" * 64), "uncertainty.multiple_choice@1.0", 1500


def test_the_seed_is_the_head_of_the_digest_without_eleven_bits():
    members = {"dls_seed": 1, "n": N, "probe": PROBE, "profile": PROFILE, "student": "f" * 64, "teacher": "e" * 64}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    head = hashlib.sha256(text.encode("ascii")).digest()[:8]
    assert derived_seed(PROFILE, KEYS, PROBE, N) == int.from_bytes(head, "big") % 2**53


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_seed_is_an_integer_that_a_double_holds(digest):
    seed = derived_seed(digest, KEYS, PROBE, N)
    assert int(float(seed)) == seed
    assert 0 <= seed < 2**53


@pytest.mark.parametrize(
    "arguments",
    [
        ("1" * 64, KEYS, PROBE, N),
        (PROFILE, KEYS._replace(teacher="1" * 64), PROBE, N),
        (PROFILE, KEYS._replace(student="1" * 64), PROBE, N),
        (PROFILE, PairKeys(KEYS.student, KEYS.teacher), PROBE, N),
        (PROFILE, KEYS, "uncertainty.multiple_choice@1.1", N),
        (PROFILE, KEYS, PROBE, N + 1),
    ],
    ids=["profile", "teacher", "student", "exchanged", "version", "n"],
)
def test_each_part_matters(arguments):
    assert derived_seed(*arguments) != derived_seed(PROFILE, KEYS, PROBE, N)
