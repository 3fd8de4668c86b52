"""A text that is no YAML gets the place of its fault, the reason, and the way to mend it, not the parser's stumble."""

import time

import pytest

from dls.document.reader import UnreadableDocument, parse

CPU_SECONDS = 3


def refusal(text):
    with pytest.raises(UnreadableDocument) as failure:
        parse(text.encode(), "a.yaml")
    return failure.value


FAULTS = {
    "a line that is deeper": ("a:\n  b: 1\n   c: 2\n", (3, 4), "found 3 spaces of indentation, wanted 2 or 0"),
    "a line that is less deep": ("a:\n    b: 1\n  c: 2\n", (3, 3), "found 2 spaces of indentation, wanted 4 or 0"),
    "a line of an entry": ("a:\n  - b: 1\n   c: 2\n", (3, 4), "found 3 spaces of indentation, wanted 4 or 2 or 0"),
    "a deeper line with ': ' in quotes": ('a:\n  b: 1\n   c: "x: y"\n', (3, 4), "found 3 spaces of indentation"),
    "a tab": ("a:\n\tb: 1\n", (2, 1), "a tab (U+0009) stands in the indentation; write spaces"),
    "a tab among spaces": ("a:\n  b: 1\n\tc: 2\n", (3, 1), "a tab (U+0009) stands in the indentation"),
    "a tab after a colon": ("a:\tb: 1\n", (1, 3), "a tab stands after ':'; write a space"),
    "a no-break space": ("a:\n\xa0\xa0b: 1\n", (2, 1), "a no-break space (U+00A0) stands in the indentation"),
    "an ideographic space": ("a:\n\u3000b: 1\n", (2, 1), "a ideographic space (U+3000)"),
    "an open quote": ('a: "x\nb: {name: "The", role: p}\n', (1, 4), "a quote opens here and is not closed before"),
    "an open single quote": ("a: 'x\nb: 'y'\n", (1, 4), "a quote opens here and is not closed before line 2"),
    "an open quote at the end": ('a: 1\nb: "x\n\n', (2, 4), "a quote opens here and is never closed; close it"),
    "an open brace": ("a: {b: 1\nd: 3\n", (1, 4), "'{' opens here and is not closed before line 2; close it with '}'"),
    "an open bracket": ("a: [1, 2\nd: 3\n", (1, 4), "'[' opens here and is not closed before line 2; close it"),
    "an open brace at the end": ("a: {b: 1\n", (1, 4), "'{' opens here and is never closed; close it with '}'"),
    "an open bracket before a value": ("a: [", (1, 4), "'[' opens here and is never closed; close it with ']'"),
    "a comma before a value": ("a: [1,\n", (1, 4), "'[' opens here and is never closed"),
    "two commas": ("a: [1,,2]\n", (1, 7), "found ',2]', wanted a value"),
    "a brace that closes nothing": ("a: 1\nb: }\n", (2, 4), "found '}', wanted a value"),
    "a missing comma of JSON": ('{"a": 1\n "b": 2}', (2, 2), "a comma is missing before this line"),
    "a missing comma in a line": ("{'a': 1 'b': 2}", (1, 9), "wanted ',' or '}' inside the '{' of column 1"),
    "marks of a conflict": ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", (2, 1), "mark of a merge conflict"),
    "an at sign": ("a: @x\n", (1, 4), "'@' starts no plain text; put the text in quotes"),
    "a per-cent sign": ("a: %x\n", (1, 4), "'%' starts no plain text; put the text in quotes"),
    "a backtick": ("a: `x`\n", (1, 4), "'`' starts no plain text; put the text in quotes"),
    "a directive": ("%x: 1\n", (1, 1), "'%' starts no plain text"),
    "emphasis": ("a: *bold* text\n", (1, 4), "'*' has a meaning of its own in YAML; put the text in quotes"),
    "a greater sign": ("a: > 5\n", (1, 4), "'>' starts a block of text in the next line; put the text in quotes"),
    "a second colon": ("a: b: c\n", (1, 5), "put quotes around text that holds ': '"),
    "no colon": ("a: 1\nb\nc: 2\n", (2, 1), "no ': ' stands in this line; write NAME: VALUE"),
    "no space after a colon": ("a: 1\nb:2\nc: 3\n", (2, 2), "no space follows ':'"),
    "no space after a dash": ("a:\n  - x: 1\n  -y: 2\n", (3, 3), "no space follows '-'"),
    "an entry among members": ("a: 1\n- b\n", (2, 1), "an entry of a list stands among the members of a mapping"),
    "a bracket too many": ("a: 1\nc: [1,2]]\n", (2, 9), "found ']' after a value"),
    "a control character": ('{"a": 1,\n "b": "x\x7f"}', (2, 9), "holds the character U+007F, which YAML forbids"),
    "a character that is none": ("a: 1\nb: x\uffff\n", (2, 5), "holds the character U+FFFF"),
    "a long key": ('{"a": 1, "' + "k" * 1100 + '": 2}', (1, 10), "the key has 1,100 characters; YAML takes"),
    "a path of Windows": ('a: "c:\\data"\n', (1, 7), "'\\d' is no escape; write '\\\\'"),
    "a pair of JSON in YAML": ('a: "\\ud83d\\ude00"\n', (1, 7), "the escape stands for no character"),
    "half a pair": ('a: "\\ud800"\n', (1, 7), "the escape stands for no character, or for half of one"),
    "a decimal comma": ("a: {value: 0,9513}\n", (1, 14), "write a point, not a comma: 0.9513"),
    "a pointer of Git LFS": ("version https://git-lfs.github.com/spec/v1\noid x\n", (1, 1), "run `git lfs pull`"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_place_and_how_to_mend_it(name):
    text, place, words = FAULTS[name]
    problem = refusal(text)
    assert words in problem.problem
    assert (problem.line, problem.column) == place


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_no_place(ends):
    assert refusal("a:\n  b: 1\n\tc: 2\n".replace("\n", ends)).line == 3


@pytest.mark.parametrize("name", FAULTS)
def test_the_place_lies_within_the_file_and_its_line_is_shown(name):
    text, _, _ = FAULTS[name]
    problem = refusal(text)
    lines = text.splitlines()
    assert 1 <= problem.line <= len(lines)
    source, caret = problem.excerpt.split("\n")
    assert caret.strip() == "^"
    assert len(caret) <= len(source) + 1


def test_the_caret_stands_below_the_fault_where_the_line_is_long_and_holds_a_tab():
    problem = refusal("a: {" + "b\t" * 60 + ": @x" + ", c: 1" * 60)
    source, caret = problem.excerpt.split("\n")
    assert source[len(caret) - 1] == "@"
    assert "\\u0009" in source
    assert (source[0], source[-1]) == ("…", "…")


def test_the_hint_about_quotes_stands_where_quotes_help_alone():
    hints = [name for name, (text, _, _) in FAULTS.items() if "put quotes around" in refusal(text).problem]
    assert hints == ["a second colon"]


SIZE = 2 << 20
MONOTONY = {
    "quotes": 'a: "' * (SIZE // 4),
    "braces": "{" * SIZE,
    "a long word": "a" * SIZE,
    "colons": "a:" * (SIZE // 2),
    "spaces": " " * SIZE,
    "tabs": "\t" * SIZE,
    "blank lines": "a:\n" + "\n" * SIZE + " b: }",
    "indented lines": "  a\n" * (SIZE // 4),
    "marks of a conflict": "<<<<<<<" * (SIZE // 7),
    "odd spaces": "\xa0" * (SIZE // 2),
}


@pytest.mark.parametrize("name", MONOTONY)
def test_a_large_broken_text_is_refused_in_seconds(name):
    start = time.process_time()
    refusal(f"a: 1\n{MONOTONY[name]}\n}}: [")
    assert time.process_time() - start < CPU_SECONDS
