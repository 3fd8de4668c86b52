"""The test vectors of the derived seed, of a claim and of a verifier's draw."""

import pytest
from tests.validator.standard.vector_files import vectors

from dls.judging.seed import PairKeys, derived_seed

VECTORS = vectors("seeds")


@pytest.mark.parametrize("case", VECTORS["seeds"], ids=lambda case: f"{case['seed']}")
def test_a_plan_has_its_expected_seed(case):
    keys = PairKeys(case["teacher"], case["student"])
    assert derived_seed(case["profile"], keys, case["probe"], case["n"], case.get("draw")) == case["seed"]


def test_the_largest_seed_needs_all_bits_of_a_double():
    largest = max(case["seed"] for case in VECTORS["seeds"])
    assert 2**53 * (1 - 1e-6) < largest < 2**53
    assert largest % 2 == 1


def test_a_seed_of_a_draw_has_the_nonce_of_a_draw():
    nonces = {case["draw"] for case in VECTORS["seeds"] if "draw" in case}
    assert nonces == {case["nonce"] for case in VECTORS["draws"]}
