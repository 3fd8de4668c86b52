"""The test vectors of RFC 8785: values in one form, and texts that are refused."""

import struct

import pytest
from tests.validator.standard.vector_files import vectors

from dls.canonical import canonical_json, sha256_hex
from dls.document.reader import UnreadableDocument, parse

VECTORS = vectors("canonical")


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["canonical"])
def test_equal_values_have_one_form(case):
    forms = {canonical_json(parse(text.encode(), "text").value) for text in case["texts"]}
    assert forms == {case["canonical"].encode()}
    assert sha256_hex(forms.pop()) == case["sha256"]


@pytest.mark.parametrize("case", VECTORS["numbers"], ids=lambda case: case["ieee754"])
def test_a_double_has_its_expected_form(case):
    (number,) = struct.unpack(">d", bytes.fromhex(case["ieee754"]))
    assert canonical_json(number) == case["canonical"].encode()


@pytest.mark.parametrize("text", VECTORS["refused"], ids=ascii)
def test_a_text_without_one_value_is_refused(text):
    with pytest.raises(UnreadableDocument):
        parse(text.encode(), "text")


def test_no_two_values_have_one_digest():
    digests = [case["sha256"] for case in VECTORS["values"]]
    assert len(set(digests)) == len(digests)
