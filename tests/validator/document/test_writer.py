"""The YAML that we write means the same to readers of YAML 1.1 and 1.2."""

import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dls.document.reader import parse
from dls.document.writer import yaml_text

# A YAML document cannot hold these unescaped, and some readers not even escaped.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TRAPS = (
    "no", "off", "y", "Yes", "null", "~", "true", "1e-3", "12e34567", "0x1F", "012", "1_000", "1:30", ".nan", "-.inf",
    "2026-11-24", "2026-11-24T12:00:00Z", "=", "<<", "- a", "a: b", "a #b", "", " ", "\n", "é", "😀", "\x85", "\u2028",
    "\ufeff", "\t", "'", '"', "%", "@a", "&a", "*a", "!a", "|", ">", "{a}", "[a]", "a\nb", "TODO(dls): x", "\x00",
    "\x7f",
)  # fmt: skip
NUMBER = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT | st.sampled_from(TRAPS),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT | st.sampled_from(TRAPS), inner, max_size=5),
    max_leaves=25,
)


def equal(first, second):
    """Equal in value and in type: 1 is not true, and not 1.0 either."""
    return json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize("text", TRAPS)
def test_a_trap_stays_text_to_old_and_new_readers(text):
    yaml_source = yaml_text({"a": text, "b": [text], text: 1})
    assert (
        parse(yaml_source.encode(), "written").value == yaml.safe_load(yaml_source) == {"a": text, "b": [text], text: 1}
    )


@given(VALUE)
@settings(max_examples=150, deadline=None)
@example({"value": 1e-05, "high": 1e22, "low": -1e-300})
@example([[], {}, [[]], {"a": {}}])
def test_every_value_comes_back_from_our_reader(value):
    assert equal(parse(yaml_text(value).encode(), "written").value, value)


@given(VALUE)
@settings(max_examples=150, deadline=None)
@example({"value": 1e-05, "high": 1e22, "low": -1e-300})
def test_every_value_comes_back_from_a_reader_of_yaml_1_1(value):
    assert equal(yaml.safe_load(yaml_text(value)), value)


def test_small_maps_stand_on_one_line_and_long_ones_do_not():
    yaml_source = yaml_text({"small": {"low": 0.1, "high": 0.2}, "long": {"note": "x" * 200}, "maps": [{"a": 1}]})
    assert "small: {low: 0.1, high: 0.2}\n" in yaml_source
    assert "long:\n  note: " in yaml_source
    assert "maps:\n  - {a: 1}\n" in yaml_source
