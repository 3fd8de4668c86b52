"""The test vectors of a statement's core: assurance and reproductions leave its digest as it is."""

import json
from pathlib import Path

import pytest
from tests.validator.standard.vector_files import DOCUMENTS, vectors

from dls.document.reader import parse, read
from dls.judging.context import RuleContext
from dls.model import Statement, frozen

VECTORS = vectors("cores")
STATEMENT = frozen(read(DOCUMENTS / "publisher.yaml").value, Statement)  # the core reads the document alone


def core_sha256(document):
    return RuleContext(document, STATEMENT, Path()).core_sha256


@pytest.mark.parametrize("case", VECTORS["cores"], ids=lambda case: case["core_sha256"][:8])
def test_each_text_of_a_core_has_its_expected_digest(case):
    assert {core_sha256(parse(text.encode(), "text")) for text in case["texts"]} == {case["core_sha256"]}


@pytest.mark.parametrize("case", VECTORS["of_documents"], ids=lambda case: case["documents"][0])
def test_a_document_of_the_suite_has_its_expected_core(case):
    assert {core_sha256(read(DOCUMENTS / name)) for name in case["documents"]} == {case["core_sha256"]}


def test_one_core_has_texts_with_different_assurance_and_reproductions():
    members = [json.loads(text) for text in VECTORS["cores"][0]["texts"]]
    assert len({member["assurance"] for member in members}) > 1
    assert {bool(member["reproductions"]) for member in members} == {True, False}


def test_no_two_cores_have_one_digest():
    digests = [case["core_sha256"] for part in VECTORS.values() if isinstance(part, list) for case in part]
    assert len(set(digests)) == len(digests)
