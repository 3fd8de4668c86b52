import json
import re

import pytest
import ruamel.yaml
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dls.document.reader import MAX_BYTES, UnreadableDocument, parse, read


def value_of(text):
    return parse(text.encode(), "a.yaml").value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: 1e-3", 0.001),
        ("a: 2026-01-15", "2026-01-15"),
        ("a: 12:30:45", "12:30:45"),
        ("a: 1_000", "1_000"),
        ("a: 010", 10),
        ("a: 0o17", 15),
        ("a: 0x1F", 31),
        ("a: .5", 0.5),
        ("a: '12'", "12"),
        ("a: ~", None),
        ("a:", None),
        ("a: True", True),
        ('{"a": "\\ud83d\\ude00"}', "\U0001f600"),
        ("a: '\\ud83d\\ude00'", "\\ud83d\\ude00"),
        ('{"b": "\\ud83d\\ude00", "a": "\\\\ud83d"}', "\\ud83d"),
        ("a: 1\t# a tab before a comment", 1),
        ('{"a": "x\\/y"}', "x/y"),
        ("\ufeffa: 1", 1),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_schema(text, value):
    value_read = value_of(text)["a"]
    assert (value_read, type(value_read)) == (value, type(value))


@pytest.mark.parametrize("key", ["'b'", "b", "# it's\n 'b'"])
def test_text_in_single_quotes_stays_as_it_is_beside_a_pair_of_escapes(key):
    value = value_of('{"a": "\\ud83d\\ude00",\n KEY: \'\\ud83d\\ude00\'}'.replace("KEY", key))
    assert value == {"a": "\U0001f600", "b": "\\ud83d\\ude00"}


@pytest.mark.parametrize(
    "text", ['{"a": "\\\\ud83d\\ude00"}', '{\'c\': 1, "a": "\\ud83d\\ude00"}', '{"a": "\\ud83d\\u0041"}']
)
def test_an_escape_for_half_of_a_character_and_a_pair_in_yaml_are_refused(text):
    with pytest.raises(UnreadableDocument, match="the escape stands for no character"):
        value_of(text)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("a: 1\na: 2", "duplicate of line 1", (2, 1)),
        ("a: .nan", "not a finite number", (1, 4)),
        ('{"a": Infinity}', "not a finite number", (1, 7)),
        ("a: 12e34567", "too large", (1, 4)),
        ("a: 9007199254740992", "beyond 2^53", (1, 4)),
        ("a: 1" + "0" * 9999, "beyond 2^53", (1, 4)),
        ("a: &x 1\nb: *x", "anchor '&x'", (1, 4)),
        ("a: *x", "alias '*x'", (1, 4)),
        ("<<: {a: 1}", "merge key", (1, 1)),
        ("a: !!str 1", "tag 'tag:yaml.org,2002:str'", (1, 4)),
        ("a: 1\n---\nb: 2", "second document", (2, 1)),
        ("[" * 65 + "]" * 65, "deeper than 64", (1, 65)),
        ("? [a]\n: 1", "a key must be text", (1, 3)),
        ("1: 2", "is not text", (1, 1)),
        ("# only a comment", "is empty", (1, 1)),
        ("a: x\u2028y", "U+2028", (1, 5)),
    ],
)
def test_what_json_cannot_mean_is_refused_with_its_place(text, words, place):
    with pytest.raises(UnreadableDocument, match=re.escape(words)) as failure:
        value_of(text)
    assert (failure.value.line, failure.value.column) == place


def test_a_million_levels_are_refused_whether_the_parser_or_the_reader_counts_them():
    with pytest.raises(UnreadableDocument, match="deeper than 64 levels; flatten it") as failure:
        value_of("[" * 1_000_000)
    assert failure.value.line == 1
    assert failure.value.column in (65, 1001)  # the reader's limit and PyYAML's own


def test_bytes_that_are_not_utf_8_are_refused_with_their_place():
    with pytest.raises(UnreadableDocument, match="0xff is not UTF-8") as failure:
        parse(b"a: 1\nb: \xc3\xa9\xff", "a.yaml")
    assert (failure.value.line, failure.value.column) == (2, 5)


def test_a_file_over_8_mib_is_refused():
    with pytest.raises(UnreadableDocument, match="larger than 8 MiB"):
        parse(b" " * (MAX_BYTES + 1), "a.yaml")


@pytest.mark.parametrize("name", [".", "missing.yaml", "nul\0.yaml", "/dev/zero"])
def test_what_is_no_regular_file_is_refused(tmp_path, name):
    with pytest.raises(UnreadableDocument, match=r"regular file|cannot be opened"):
        read(tmp_path / name)


def test_the_source_of_a_number_keeps_its_digits():
    document = parse(b"loss: {value: 0.130}", "a.yaml")
    assert document.source("/loss/value") == "0.130"


def test_a_position_is_that_of_the_key_or_of_the_nearest_existing_ancestor():
    document = parse(b"a:\n  - b: 1\n    c/~d: 2\n", "a.yaml")
    assert document.position("/a/0/c~1~0d") == (3, 5)
    assert document.position("/a/0/missing/deeper") == (2, 5)
    assert document.position("/a/7") == (1, 1)
    assert document.position("") == (1, 1)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.booleans(), st.sampled_from([None, 2]))
def test_any_json_is_read_as_the_json_module_reads_it(value, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    try:
        value_read = parse(text.encode("utf-8", "surrogatepass"), "a.json").value
    except UnreadableDocument:  # raw control characters and lone surrogates, which YAML forbids
        assert not text.isprintable()
    else:
        assert value_read == json.loads(text)


@settings(max_examples=100, deadline=None)
@given(json_values)
def test_any_yaml_that_pyyaml_writes_is_read_as_ruamel_reads_it_or_refused_in_words(value):
    """PyYAML writes YAML 1.1, in which some plain text looks like a number of YAML 1.2; ruamel reads YAML 1.2."""
    text = yaml.safe_dump(value, allow_unicode=True)
    meaning = json_or_refusal(text.encode("utf-8", "surrogatepass"))
    assert meaning.startswith("a.yaml:") or meaning == json.dumps(ruamel.yaml.YAML(typ="safe", pure=True).load(text))


def json_or_refusal(data):
    """The value of a document as JSON, which begins with no file's name, or the sentence that refuses it."""
    try:
        return json.dumps(parse(data, "a.yaml").value)
    except UnreadableDocument as refusal:
        return str(refusal)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text("{}[]:,-#&*!|>'\"%@`?\n\t ab01.~<=\\u", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_sentence(data):
    meaning = json_or_refusal(data)
    assert "\n" not in meaning
    assert meaning.startswith("a.yaml:") or json.dumps(json.loads(meaning)) == meaning
