"""The derived seed follows from three texts by SHA-256 and nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from dls.judging.seed import derived_seed

PROFILE, STUDENT, PROBE = "0" * 64, "f" * 64, "uncertainty.multiple_choice@1.0"


def test_the_seed_is_pinned():
    assert derived_seed(PROFILE, STUDENT, PROBE) == 3163783821462636


def test_the_seed_is_the_head_of_the_digest_without_eleven_bits():
    head = hashlib.sha256((PROFILE + STUDENT + PROBE).encode("ascii")).digest()[:8]
    assert derived_seed(PROFILE, STUDENT, PROBE) == int.from_bytes(head, "big") % 2**53


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_seed_is_an_integer_that_a_double_holds(digest):
    seed = derived_seed(digest, STUDENT, PROBE)
    assert int(float(seed)) == seed
    assert 0 <= seed < 2**53


def test_each_of_the_three_matters():
    seeds = {
        derived_seed(PROFILE, STUDENT, PROBE),
        derived_seed(STUDENT, STUDENT, PROBE),
        derived_seed(PROFILE, PROFILE, PROBE),
        derived_seed(PROFILE, STUDENT, "uncertainty.multiple_choice@1.1"),
    }
    assert len(seeds) == 4
