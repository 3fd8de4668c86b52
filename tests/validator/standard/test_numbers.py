"""The numbers that the standard fixes agree with its schemas and with each other."""

import pytest

from dls.model import Manifest, ReproductionReport, Statement
from dls.standard.numbers import ARMS, DIGITS, FINE_BELOW, LAST_DIGIT, MORE_DIGITS, VERSION
from dls.standard.schemas import VERSION_KEYS, schema

KEYS = {Statement: "dls_version", Manifest: "dls_evidence", ReproductionReport: "dls_reproduction"}


@pytest.mark.parametrize(("key", "kind"), VERSION_KEYS.items())
def test_every_schema_has_the_version(key, kind):
    assert schema(kind)["properties"][key]["const"] == VERSION


@pytest.mark.parametrize(("model", "key"), KEYS.items())
def test_every_model_has_the_version(model, key):
    assert model.__annotations__[key].__args__ == (VERSION,)


def test_the_arms_are_the_two_models_that_a_statement_requires():
    assert set(ARMS) <= set(schema("statement")["required"])


def test_the_last_digit_is_the_unit_of_the_printed_decimals():
    assert f"{LAST_DIGIT:.{DIGITS}f}" == "0.0001"


def test_a_finely_printed_number_keeps_more_than_two_digits():
    assert FINE_BELOW * 10 ** (DIGITS + MORE_DIGITS) > 1000
