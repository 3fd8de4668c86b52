"""A name means one thing, variables are nouns, and no line of prose is wider than 120 columns."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "validator" / "dls", ROOT / "reference_probes" / "dls_probes")

REPEATED_CLASSES: frozenset[str] = frozenset()
REPEATED_MODULES = {"version": "that of the release, and that of the engine's arithmetic, which a manifest states"}
NAMED_AS_THEIR_MODULE: frozenset[str] = frozenset()

WIDTH = 120
FOLDERS = ("docs", "spec", "examples", "benchmarks", "simulations", "planted", "reference_probes")
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")))
    if path.parent.name != "documents"  # cards of the suite, whose sections a program writes
)


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the syntax trees of both packages."""
    return {path: ast.parse(path.read_text()) for package in PACKAGES for path in sorted(package.rglob("*.py"))}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CEILING = 0.01
"""The largest share of participles and pronouns among the variables and arguments of both packages."""
PRONOUNS = words("""
    all another any both each every everything few it many mine more most none one other others own same some such
    that theirs them these they this those what which who whose
""")
IRREGULAR_PARTICIPLES = words("""
    begun born bought bound broken brought built caught chosen come done drawn fallen felt forgotten fought found given
    gone got grown heard held hidden hurt kept known laid led left lent lost made meant met paid proven ridden risen
    said seen sent shown shut sold sought spent spoken stood stuck sunk taken taught thought thrown told understood
    woken won wound woven written
""")
NOUNS = words("expected feed need observed seed speed")
"""Words that end as participles do; `expected` and `observed` are the terms of statistics."""


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Yield the variables and arguments, each once a scope; the fields in a class's body name schema members."""
    names: set[str] = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from bound_names(child)
            elif isinstance(child, ast.ClassDef):
                yield from methods_names(child)
            else:
                nodes.append(child)
    yield from names - {"self", "cls"}


def methods_names(body: ast.ClassDef) -> Iterator[str]:
    """Yield the variables and arguments of a class's methods and inner classes."""
    for statement in body.body:
        if isinstance(statement, ast.ClassDef):
            yield from methods_names(statement)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from bound_names(statement)


def is_participle_or_pronoun(name: str) -> bool:
    """Return whether the last word of a name is one; `is_claimed` is a statement and none."""
    word = name.strip("_").lower().rpartition("_")[2]
    if name.startswith(("__", "is_")) or word in NOUNS:
        return False
    return word in PRONOUNS or word in IRREGULAR_PARTICIPLES or (word.endswith("ed") and len(word) > 3)


def class_names() -> Counter[str]:
    return Counter(node.name for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def halves_of_a_probe(paths: list[Path]) -> bool:
    return [path.parent for path in paths] == [package / "probes" for package in PACKAGES]


def test_a_class_name_has_one_definition():
    assert {name for name, count in class_names().items() if count > 1} == REPEATED_CLASSES


def test_a_module_has_a_name_of_its_own():
    """But for the two halves of a probe, and the module of a command, which bears the command's name."""
    paths: dict[str, list[Path]] = {}
    for path in trees():
        if path.stem != "__init__" and path.parent.name != "commands":
            paths.setdefault(path.stem, []).append(path)
    repeated = {name for name, homes in paths.items() if len(homes) > 1 and not halves_of_a_probe(homes)}
    assert repeated == set(REPEATED_MODULES)


def test_no_public_function_shares_the_name_of_its_module():
    """But for the rules, of which each is one function in a file of the rule's name."""
    shared = {
        path.stem
        for path, tree in trees().items()
        if path.parent.name != "rules"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == path.stem
    }
    assert shared == NAMED_AS_THEIR_MODULE


def test_a_name_that_the_word_lists_know_is_counted():
    names = bound_names(ast.parse("class Claim:\n    issued: str\n    def f(self, one): found = one"))
    assert {name for name in names if is_participle_or_pronoun(name)} == {"one", "found"}


def test_few_variables_are_participles_or_pronouns():
    names = Counter(name for tree in trees().values() for name in bound_names(tree))
    inexact = Counter({name: count for name, count in names.items() if is_participle_or_pronoun(name)})
    assert inexact.total() <= CEILING * names.total(), inexact.most_common(40)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_line_of_prose_is_wider_than_120(path):
    """Code and data are quoted as they are; an address is not broken. Ruff holds the width of Python."""
    prose = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if len(line) > WIDTH and "://" not in line] == []
