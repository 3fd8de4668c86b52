"""The test vectors hold for this implementation, and for the independent oracle that they were written with."""

import json

import msgspec
import pytest
from tests.validator.identity.vector_writer import EXPECTED, FOLDER, MODELS, REFUSED, expected_identity

from dls.errors import DlsError
from dls.identity.difference import TensorLists, compare_identities
from dls.identity.identification import identify
from dls.identity.json_text import value_sha256
from dls.identity.model_folder import open_model_folder

VECTORS = json.loads(EXPECTED.read_text())
IDENTITIES = VECTORS["identities"]


def identification(name):
    return identify(open_model_folder(FOLDER / name))


def test_every_folder_has_an_expected_result():
    assert {path.name for path in FOLDER.iterdir()} == IDENTITIES.keys() | VECTORS["refused"].keys()


@pytest.mark.parametrize("name", MODELS)
def test_the_expected_identity_is_that_of_sha256sum_and_the_formats_own_packages(name):
    assert expected_identity(FOLDER / name, name) == IDENTITIES[name]


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_folder_has_its_expected_identity(name):
    result = identification(name)
    identity = msgspec.to_builtins(result.identity)
    files = [{key: file[key] for key in ("name", "bytes", "sha256")} for file in identity["files"]]
    expected = {key: value for key, value in IDENTITIES[name].items() if value is not None}
    assert identity | {"files": files, "tensors": result.lines.decode().splitlines()} == expected


@pytest.mark.parametrize("name", [*REFUSED, *(VECTORS["refused"].keys() - REFUSED.keys())])
def test_a_folder_that_is_no_model_is_refused(name):
    with pytest.raises(DlsError, match=name):
        identification(name)


@pytest.mark.parametrize("case", VECTORS["comparisons"], ids=lambda case: f"{case['reference']}-{case['copy']}")
def test_two_folders_are_one_model_or_differ_in_a_named_part(case):
    reference, copy = identification(case["reference"]), identification(case["copy"])
    lists = TensorLists(reference.tensors, copy.tensors, case.get("tied", False))
    result = compare_identities(reference.identity, copy.identity, lists)
    for clauses, names in ((result.differences, case["differences"]), (result.by_behaviour, case["by_behaviour"])):
        assert len(clauses) == len(names)
        assert all(name in clause for name, clause in zip(names, clauses, strict=True))
    assert (result.note is None) == (bool(case["differences"]) or case.get("same_files", False))


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["canonical"])
def test_equal_values_have_one_digest(case):
    assert {value_sha256(text.encode()) for text in case["texts"]} == {case["value_sha256"]}


@pytest.mark.parametrize("text", VECTORS["without_value"])
def test_a_text_without_one_value_is_compared_by_its_bytes(text):
    assert value_sha256(text.encode()) is None


def test_a_long_text_is_compared_by_its_bytes():
    text = json.dumps({"a": "x" * (1 << 20)}).encode()
    assert value_sha256(text) is None
