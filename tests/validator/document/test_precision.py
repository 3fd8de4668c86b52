import pytest

from dls.document.precision import slack, unit


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("0.130", 1e-3),
        ("0.13", 1e-2),
        ("1.5e-3", 1e-4),
        ("1e-3", 1e-3),
        ("97", 0.0),
        ("1", 0.0),
        ("-0.5", 0.1),
        ("0e99999999", 0.0),
        ("12.5E1", 1.0),
    ],
)
def test_the_unit_is_that_of_the_last_printed_digit(source, size):
    assert unit(source) == pytest.approx(size)


def test_each_number_of_a_sum_brings_half_a_unit():
    assert slack(unit("0.130"), unit("0.13")) == pytest.approx(0.0005 + 0.005, abs=1e-8)
