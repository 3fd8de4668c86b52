"""Pointer and section go into any card and out again to the byte: awkward forms, written ones and mutated ones."""

import json

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.validator.card.cards import POINTER, awkward_cards, first_lines, real_cards, second_lines
from tests.validator.card.test_real_cards import assert_goes_through

from dls.card.layout import card_text
from dls.card.pointer import Pointer
from dls.card.splice import attach, detach, read_parts
from dls.errors import DlsError, UnreadableDocument

FORMS = {
    "empty": "",
    "no line break": "text",
    "only a break": "\n",
    "blank lines before the front matter": "\n\n---\na: 1\n---\nx\n",
    "front matter without members": "---\n---\nx\n",
    "front matter with a blank line": "---\n\n---\nx\n",
    "front matter of the hub's client": "---\n{}\n---\nx\n",
    "members in braces": "---\n{license: mit, tags: [a]}\n---\nx\n",
    "indented members": "---\n  a: 1\n  b: {c: 2}\n---\nx\n",
    "front matter alone, no last break": "---\na: 1\n---",
    "closing line with blanks": "---\na: 1\n---  \nx",
    "comment at the end": "---\na: 1\n# why\n---\nx\n",
    "text that keeps its breaks": "---\na: |+\n  t\n\n---\nx\n",
    "folded text": "---\na: >\n  t\n  u\n---\nx\n",
    "text without quotes on two lines": "---\na: t\n  u\n---\nx\n",
    "norwegian": "---\nlanguage: no\nx: 1e-3\ny: 12:30:45\nz:\n---\nx\n",
    "carriage returns": "---\ra: 1\r---\nx\r",
    "mixed breaks": "---\r\na: 1\n---\nx\r\ny\n",
    "byte-order mark and no front matter": "\ufeff# x",
    "byte-order mark and front matter": "\ufeff---\r\na: 1\r\n---\r\nx\r\n",
    "rule in the body": "# x\n\n---\n\ny\n",
    "aliases": "---\na: &x [1]\nb: *x\n---\nx\n",
    "key with quotes": "---\n'a b': 1\n---\nx",
    "closed comment at the end": "x\n\n<!-- y -->",
    "list at the end": "- a\n  - b",
    "indented code at the end": "x\n\n    code",
    "table at the end": "| a |\n| --- |\n| b |",
    "nul": "a\x00b\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_form_goes_through_and_is_restored(text):
    assert_goes_through("card", text.encode())


REFUSALS = {
    "---\na: 1\na: 2\n---\n": (3, "duplicate of line 2"),
    "---\na: {b: 1, b: 2}\n---\n": (2, "duplicate"),
    "---\na: !!str 1\n---\n": (2, "tag"),
    "---\na: &x [*x]\n---\n": (2, "alias of itself"),
    "---\n- a\n---\n": (2, "no mapping"),
    "---\na: [\n---\n": (None, "no YAML"),
    "---\n\ta: 1\n---\n": (2, "no YAML"),
    "---\na: 1\n": (1, "closes it"),
    "--- \na: 1\n---\n": (1, "blanks follow"),
    "---\ndls: dls.yaml\n---\n": (2, "no pointer"),
    "---\ndls: {version: 1.0, path: dls.yaml}\n---\n": (2, "no pointer"),
    '---\ndls: {version: "1.0", path: "other.yaml"}\n---\n': (2, "names 'other.yaml'"),
    "x\n```\ncode\n": (2, "never closed"),
    "x\n\n<pre>\ncode\n": (3, "never closed"),
    "x\n\n<!-- dls:end -->\n": (3, "no 'dls:begin'"),
    "x\n\n<!-- dls:begin -->\n\n<!-- dls:begin -->\n\n<!-- dls:end -->\n": (5, "inside of the first"),
    "x\n\n<!-- dls:begin -->\nmine\n<!-- dls:end -->\n": (3, "would be lost"),
    "x\n\n<!-- dls:begin colour=red -->\n\n<!-- dls:end -->\n": (3, "does not write"),
    "x\n\n<!-- dls:begin breaks=9 -->\n\n<!-- dls:end -->\n": (3, "does not write"),
    "- x\n\n  <!-- dls:begin -->\n\n  <!-- dls:end -->\n": (3, "part of the block"),
    "x\n\n<!-- dls:begin-->\n\n<!-- dls:end -->\n": (3, "not `dls attach`'s own"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSALS.items(), ids=[words for _, words in REFUSALS.values()])
def test_a_broken_card_is_refused_with_its_line(text, expected):
    with pytest.raises(UnreadableDocument, match=expected[1]) as refusal:
        attach(text.encode(), "card", POINTER, None, first_lines)
    assert expected[0] in (None, refusal.value.line)


def test_a_section_comes_where_both_markers_stand():
    card = b"# x\n\n<!-- dls:begin -->\n<!-- dls:end -->\n\n## Limits\n"
    result = attach(card, "card", POINTER, None, first_lines)
    assert result.index(b"The first statement.") < result.index(b"## Limits")
    assert detach(result, "card") == card


def test_text_that_was_written_below_the_section_stays_there():
    card = attach(b"# x\n", "card", POINTER, None, first_lines) + b"\n## Later\n"
    result = attach(card, "card", POINTER, None, second_lines)
    assert result.endswith(b"<!-- dls:end -->\n\n## Later\n")
    assert detach(result, "card") == b"# x\n\n## Later\n"


def test_a_pointer_that_was_written_by_hand_stays_at_removal():
    card = b'---\ndls:\n  path: dls.yaml\n  version: "1.0"\n---\nx\n'
    result = attach(card, "card", POINTER, None, first_lines)
    assert result.startswith(card)
    assert detach(result, "card") == card


def test_a_statement_of_another_name_takes_the_place_of_the_first():
    other = Pointer("1.0", "sub/dls.yaml")
    card = b"---\na: 1\n---\nx\n"
    result = attach(attach(card, "card", POINTER, None, first_lines), "card", other, None, first_lines)
    assert result == attach(card, "card", other, None, first_lines)
    assert detach(result, "card") == card


def test_a_member_that_was_added_to_a_new_front_matter_stays_at_removal():
    card = attach(b"x\n", "card", POINTER, None, first_lines).replace(b"---\ndls", b"---\nlicense: mit\ndls", 1)
    assert detach(card, "card") == b"---\nlicense: mit\n---\nx\n"


def test_a_picture_is_kept_until_another_is_named():
    card = attach(b"x\n", "card", POINTER, "a -- b.svg", first_lines)
    assert read_parts(card, "card").section.members["picture"] == "a -- b.svg"
    assert attach(card, "card", POINTER, None, first_lines) == card
    again = attach(card, "card", POINTER, "c.svg", first_lines)
    assert read_parts(again, "card").section.members["picture"] == "c.svg"


def test_a_card_without_a_section_is_left_alone_at_removal():
    assert detach(b"---\ndls: x\n---\n", "card") == b"---\ndls: x\n---\n"


# --- cards that nobody wrote


BREAKS = st.sampled_from(["\n", "\r\n"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["no", "1e-3", "12:30"])
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.dictionaries(NAMES.filter(lambda name: name != "dls"), VALUES, max_size=5)
LINES = st.sampled_from([
    *("# Title", "", "text", "---", "- entry", "> quote", "| a | b |", "    code", "```\ncode\n```", "<div>", "***"),
    *("<!-- comment -->", "dls:", "<!-- x", "&amp;", "\u202e", "a\tb", "1. x"),
])  # fmt: skip
BODIES = st.lists(LINES | st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20), max_size=8)


@st.composite
def cards(draw):
    """Draw a card: a byte-order mark or none, a front matter in some style or none, a body, and how it ends."""
    newline, members = draw(BREAKS), draw(st.none() | MEMBERS)
    front = ""
    if members is not None:
        flow = draw(st.sampled_from([None, True, False]))
        inner = yaml.safe_dump(members, default_flow_style=flow, allow_unicode=draw(st.booleans()), sort_keys=False)
        front = f"---\n{inner if members or flow else ''}---\n"
    text = front + "\n".join(draw(BODIES)) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return (draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", newline)).encode()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(cards())
def test_any_card_goes_through_or_is_refused(card):
    try:
        attach(card, "card", POINTER, None, first_lines)
    except UnreadableDocument:
        assume(False)  # noqa: FBT003 - hypothesis's own
    assert_goes_through("card", card)


def mutations(data):
    """Return a strategy of cards with a few bytes gone, doubled or changed."""
    edit = st.tuples(st.integers(0, max(0, len(data) - 1)), st.binary(max_size=3), st.integers(0, 6))
    return st.lists(edit, max_size=4).map(lambda edits: mutate(data, edits))


def mutate(data, edits):
    for place, insertion, gap in edits:
        data = data[:place] + insertion + data[place + gap :]
    return data


SMALL = sorted(card for card in (*real_cards().values(), *awkward_cards().values()) if len(card) < 700)


def survives(card):
    """A mutated card goes in and out whole, or is refused; what is outside of key and section stays."""
    try:
        result = attach(card, "card", POINTER, None, first_lines)
    except DlsError:
        return
    if read_parts(card, "card").section is None:
        assert detach(result, "card") == card
    assert attach(result, "card", POINTER, None, first_lines) == result
    assert json.dumps(read_parts(card, "card").front.members | {"dls": 0}, default=str, sort_keys=True) == json.dumps(
        read_parts(result, "card").front.members | {"dls": 0}, default=str, sort_keys=True
    )
    assert card_text(result, "card").text.count("<!-- dls:end -->") >= 1


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SMALL).flatmap(mutations))
def test_a_mutated_card_loses_no_byte(card):
    survives(card)


@pytest.mark.slow  # ten thousand cards
@settings(deadline=None, max_examples=10_000)
@given(st.sampled_from(SMALL).flatmap(mutations))
def test_ten_thousand_mutated_cards_lose_no_byte(card):
    survives(card)
