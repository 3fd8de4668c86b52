"""The test vectors of a model's key, which enters the seed of its items."""

import msgspec
import pytest
from tests.validator.standard.vector_files import vectors

from dls.identity.key import model_key
from dls.model import Model

KEYS = vectors("keys")["keys"]


@pytest.mark.parametrize("case", KEYS, ids=lambda case: case["model"]["name"])
def test_a_model_has_its_expected_key(case):
    key = model_key(msgspec.convert(case["model"], Model))
    assert (key and key.sha256, key and key.is_declared) == (case["key"], case["declared"])


def test_each_kind_of_key_is_there():
    assert {case["declared"] for case in KEYS} == {True, False, None}
    assert any("adapter" in case["model"] for case in KEYS)
    assert any("members" in case["model"] for case in KEYS)
