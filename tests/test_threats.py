"""Every attack of the specification's threats has tests, and the page says what the data say."""

import pytest
from tests.test_cases import problem
from tests.threats import CHECKS, NOTHING, PAGE, filled, named_tests, threats

ROWS = {
    f"{party} {attack}": row
    for parties in threats().values()
    for party, rows in parties.items()
    for attack, row in rows.items()
}


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_an_attack_are_there(row):
    assert named_tests(ROWS[row]) != []
    assert {test: reason for test in named_tests(ROWS[row]) if (reason := problem(test))} == {}


@pytest.mark.parametrize("row", [name for name, row in ROWS.items() if "tests" not in row])
def test_an_attack_is_caught_by_a_check_of_the_table_or_by_nothing(row):
    checks = set(ROWS[row])
    assert checks == {NOTHING} or checks <= set(CHECKS)


def test_the_page_shows_the_attacks():
    """Written by `python -m tests.threats`."""
    text = PAGE.read_text()
    assert filled(text) == text
    assert text.count("<!-- threats ") == len(threats())
