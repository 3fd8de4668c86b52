"""A mutant of a formula is noticed by the tests that hold its value, and by no test of another formula."""

import pytest
from tools.mutants import first_failure

from dls.errors import DlsError

BY_HAND = "tests/validator/probes/test_choice.py::test_open_answers_by_hand"


@pytest.mark.slow
def test_a_mutant_fails_a_test_of_its_value():
    assert first_failure("vendi_2", [BY_HAND]).startswith("test_choice.py::test_open_answers_by_hand[vendi_2")


@pytest.mark.slow
def test_a_mutant_of_another_formula_survives():
    assert first_failure("brier", [BY_HAND]) is None


@pytest.mark.slow
def test_a_run_without_a_test_is_no_survivor():
    with pytest.raises(DlsError, match="ran no test on the mutant of vendi_2"):
        first_failure("vendi_2", ["tests/nowhere.py"])
