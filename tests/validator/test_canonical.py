"""One byte form of a JSON value, and digests over bytes and files."""

import hashlib
import json
import subprocess

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from dls.canonical import canonical_json, file_sha256, listing_sha256, sha256_hex

ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | ASCII,
    lambda inner: st.lists(inner) | st.dictionaries(ASCII, inner),
)


@given(PLAIN)
def test_without_floats_it_is_the_sorted_json_of_the_standard_library(value):
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical_json(value) == plain.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        ("€\x0f\n", '"€\\u000f\\n"'),
        (
            {"\u20ac": 1, "\r": 2, "\U0001f600": 3, "\ufb33": 4},
            '{"\\r":2,"\u20ac":1,"\U0001f600":3,"\ufb33":4}',
        ),  # by UTF-16 units
    ],
    ids=str,
)
def test_the_hard_cases_of_rfc_8785(value, text):
    assert canonical_json(value) == text.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53)])
def test_a_number_that_no_json_reader_keeps_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_json(value)


def test_a_file_digest_is_that_of_its_bytes(tmp_path):
    data = bytes(range(256)) * 5000  # more than one block
    (tmp_path / "data").write_bytes(data)
    assert file_sha256(tmp_path / "data") == sha256_hex(data) == hashlib.sha256(data).hexdigest()


def test_the_digest_of_files_agrees_with_sha256sum(tmp_path):
    for name in ("b.safetensors", "a.safetensors", "c.safetensors"):
        (tmp_path / name).write_text(name)
    names = ("c.safetensors", "a.safetensors", "b.safetensors")
    listing = subprocess.run(["sha256sum", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    lines = b"".join(sorted(listing.splitlines(keepends=True)))
    digests = {name: file_sha256(tmp_path / name) for name in names}
    assert listing_sha256(digests) == hashlib.sha256(lines).hexdigest()
