"""No regular expression takes long on the text of a stranger, who may write 64 KiB of whatever the expression likes."""

import ast
import functools
import operator
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.some import every

from dls.probes.shared.instructions import instruction

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "validator" / "dls", ROOT / "reference_probes" / "dls_probes")
METHODS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
SIZE = 1 << 16
CPU_SECONDS = 0.5
UNITS = (
    " ", "\t", "\n", "a", "A", "0", ".", "-", "_", "/", "\\", '"', "'", "(", "[", "{", "<", "*", "#", ":", ",", "é",
    "ab ", "a.", "a-", "a,", "1,", "1.", "1 ", "a\n", " \n", "x-", "- ", "; ", "1e", "A a", ". A", "{{", "12+",
)  # fmt: skip
SUFFIXES = ("", "!", "\0")


class Pattern(NamedTuple):
    """A pattern with the methods by which the code uses it; all of them where that does not show."""

    expression: re.Pattern[str]
    methods: frozenset[str]


def patterns():
    """Yield the place and the pattern of each expression that the source shows, wherever it is compiled or used."""
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            source = path.read_text()
            if "import re\n" not in source:
                continue
            tree = ast.parse(source)
            names = {id(node.value): node.targets[0] for node in ast.walk(tree) if isinstance(node, ast.Assign)}
            texts = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and is_of_re(node.func) and (text := text_of(node.args[0], texts)):
                    name = names.get(id(node))
                    methods = methods_of(ast.unparse(name), source) if name else {node.func.attr}
                    expression = re.compile(text, flags_of(node))
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", Pattern(expression, frozenset(methods))


def is_of_re(function):
    return isinstance(function, ast.Attribute) and ast.unparse(function.value) == "re" and function.attr in METHODS


def text_of(node, texts):
    """Return a constant text, by its name too, and a text with parts that change with a number for each of them."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "12" for part in node.values)
    if isinstance(node, ast.Name):
        return text_of(texts.get(node.id), {})
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def methods_of(name, source):
    return set(re.findall(rf"\b{name}\.(\w+)", source)) & METHODS or METHODS


def flags_of(call):
    words = {word.attr for word in ast.walk(call) if isinstance(word, ast.Attribute)}
    return functools.reduce(operator.or_, (flag for flag in re.RegexFlag if flag.name in words), re.RegexFlag(0))


PATTERNS = dict(patterns())


def literals(pattern):
    """Return the words that a pattern is made of: text of its own is what makes it look further."""
    words = re.findall(r"[A-Za-z0-9]{2,}|[^\w\s\\]", pattern.expression.pattern)
    return sorted({word for word in words if len(word) <= 20})


def texts(pattern):
    for unit in (*UNITS, *literals(pattern)):
        for suffix in SUFFIXES:
            yield (unit * (SIZE // len(unit) + 1))[: SIZE - len(suffix)] + suffix


def test_the_collection_sees_the_patterns_of_both_packages():
    assert {name.partition("/")[0] for name in PATTERNS} == {"validator", "reference_probes"}
    assert len(PATTERNS) > 40


@pytest.mark.parametrize("name", every(4, PATTERNS))
def test_a_pattern_reads_64_kib_of_any_text_in_a_moment(name):
    pattern = PATTERNS[name]
    scan = pattern.expression.sub if pattern.methods - {"match", "fullmatch"} else None
    slow = []
    for text in texts(pattern):
        start = time.process_time()
        if scan is not None:
            scan("", text)
        pattern.expression.fullmatch(text)
        if time.process_time() - start > CPU_SECONDS:
            slow.append(text[:20])
            break
    assert slow == []


IFEVAL = {
    "placeholders": (r"\[.*?\]", r"\[[^\[\]\n]*\]"),
    "bullets by stars": (r"^\s*\*[^\*].*$", r"^[^\S\n]*\*[^\*].*$"),
    "bullets by dashes": (r"^\s*-.*$", r"^[^\S\n]*-.*$"),
}
"""The published expressions, some of which take quadratic time, and ours."""


@pytest.mark.parametrize("name", IFEVAL)
@given(st.text("[]*- \n\ta", max_size=30))
def test_a_faster_expression_counts_as_the_published_one(name, text):
    published, ours = IFEVAL[name]
    assert len(re.findall(ours, text, re.MULTILINE)) == len(re.findall(published, text, re.MULTILINE))


@given(st.text("<> \na", max_size=30))
def test_a_title_is_what_the_published_expression_takes_for_one(text):
    is_title = any(title.strip("<>").strip() for title in re.findall(r"<<[^\n]+>>", text))
    assert instruction("detectable_format:title", {}).is_followed(text) == is_title


def test_our_expressions_are_those_of_the_instructions():
    source = (ROOT / "validator/dls/probes/shared/instructions.py").read_text()
    assert [ours for _, ours in IFEVAL.values() if ours not in source] == []
