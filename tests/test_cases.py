"""Every row of the tables of forgeries and of bug reports names tests, and each test that it names is there."""

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

from dls.standard.specification import spec_folder

TESTS = Path(__file__).parent
TABLE = yaml.safe_load((TESTS / "cases.yaml").read_text())
ROWS = {f"{name.partition(',')[0]}: {row}": tests for name, rows in TABLE.items() for row, tests in rows.items()}
DOCUMENTS = {path.name for path in (spec_folder() / "conformance" / "documents").iterdir()}


@cache
def texts_of(path):
    """Return the texts in a file and in the tests that it imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    modules = [
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests.")
    ]
    return texts.union(*(texts_of(TESTS.parent / f"{module.replace('.', '/')}.py") for module in modules))


@cache
def places():
    """Return the files of each test function by its name."""
    entries = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                entries.setdefault(node.name, []).append(path)
    return entries


def problem(test):
    """Return why a test that a row names cannot be run; None where it can."""
    name, _, case = test.removesuffix("]").partition(" [")
    paths = places().get(f"test_{name}", [])
    if not paths:
        return "no test has this name"
    return None if not case or case in DOCUMENTS.union(*map(texts_of, paths)) else "the test has no such case"


def test_a_test_that_is_not_there_is_noticed():
    assert problem("the_tests_of_a_row_are_there") is None
    assert problem("the_tests_of_a_row_are_gone") is not None
    assert problem("a_fault_has_its_place_and_how_to_mend_it [a tab]") is None
    assert problem("a_fault_has_its_place_and_how_to_mend_it [a tab in the sky]") is not None


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_a_row_are_there(row):
    assert ROWS[row]
    assert {test: reason for test in ROWS[row] if (reason := problem(test))} == {}


def test_no_table_is_left_out():
    assert [name.partition(",")[0] for name in TABLE][:-3] == [*"ABCDEF", *(f"V{number}" for number in range(1, 16))]
    mistakes = TABLE["The first mistakes"]
    assert len(mistakes) == 14 + 1  # of the table, and the comparison with the peer
