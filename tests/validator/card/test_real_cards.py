"""Every card of the collection gets pointer and section and is restored to the byte, or is refused with its line."""

import json
import re

import pytest
import yaml
from huggingface_hub import ModelCard
from tests.validator.card.cards import KEY, POINTER, awkward_cards, first_lines, real_cards, second_lines

from dls.card.splice import attach, detach
from dls.errors import UnreadableDocument

REFUSALS = {
    "hub_docs/modelcard-specification.md": 38,
    "hub_fixtures/sample_invalid_card_data.md": 2,
    "transformers_2020/NeuML/bert-small-cord19-squad2/README.md": 7,
    "transformers_2020/NeuML/bert-small-cord19/README.md": 11,
    "transformers_2020/aodiniz/bert_uncased_L-10_H-512_A-8_cord19-200616/README.md": 7,
    "transformers_2020/aodiniz/bert_uncased_L-10_H-512_A-8_cord19-200616_squad2/README.md": 12,
    "transformers_2020/aodiniz/bert_uncased_L-2_H-512_A-8_cord19-200616/README.md": 7,
    "transformers_2020/aodiniz/bert_uncased_L-4_H-256_A-4_cord19-200616/README.md": 7,
    "transformers_2020/google/bert2bert_L-24_wmt_en_de/README.md": 26,
    "transformers_2020/yuvraj/summarizer-cnndm/README.md": 17,
    "transformers_2020/yuvraj/xSumm/README.md": 16,
}
"""The line of each refusal: a template's braces, no mapping, and blocks of code that open there and never close."""

AWKWARD_REFUSALS = {
    "anchors.md": 7,
    "closed_by_dots.md": 1,
    "dls_key_of_another_version.md": 6,
    "duplicate_key.md": 6,
    "front_matter_unclosed.md": 1,
    "latin1_bytes.md": 4,
    "marked_section_twice.md": 49,
    "marked_section_unclosed.md": 45,
    "marker_inside_code_block.md": 46,
}

HUB_BLOCK = re.compile(r"^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))")
"""As `huggingface_hub.repocard` reads a front matter."""


ADVICE = re.compile(r"; (save|close|keep|remove|write|move|correct|wanted)")


def hub_data(text):
    """Return the front matter as a hub's client reads it: YAML 1.1, by PyYAML."""
    block = HUB_BLOCK.search(text.removeprefix("\ufeff"))
    return (yaml.safe_load(block[2]) if block else None) or {}


def assert_goes_through(name, card):
    """Attach, attach again, attach another statement, and remove."""
    with_first = attach(card, name, POINTER, None, first_lines)
    assert attach(with_first, name, POINTER, None, first_lines) == with_first
    fresh = attach(card, name, POINTER, None, second_lines)
    assert attach(with_first, name, POINTER, None, second_lines) == fresh
    assert detach(with_first, name) == card
    assert detach(fresh, name) == card
    assert_only_additions(card, with_first)
    before, after = hub_data(card.decode()), hub_data(with_first.decode())
    assert json.dumps({k: v for k, v in after.items() if k != "dls"}, default=str) == json.dumps(before, default=str)
    assert after["dls"] == {"version": "1.0", "path": "dls.yaml"}


def assert_only_additions(card, result):
    """The result is the card, cut at two places, with the key and the section in the cuts; by plain search."""
    key, begin = result.index(KEY), result.rindex(b"<!-- dls:begin ")
    end = result.rindex(b"<!-- dls:end -->") + len(b"<!-- dls:end -->")
    head, between, tail = result[:key], result[key + len(KEY) : begin], result[end:]
    assert tail.strip() == b""
    block = re.fullmatch(rb"(?s)(\xef\xbb\xbf)?---(\r\n|\r|\n)\2---\2(.*)", head + between)
    candidates = {
        head + between,
        head.removesuffix(b", ") + between,  # between braces
        head.rstrip(b" ") + re.sub(rb"\A(\r\n|\r|\n)", b"", between),  # on a line of its own
        (block[1] or b"") + block[3] if block else head,  # in a front matter of its own
    }
    assert card.rstrip() in {candidate.rstrip() for candidate in candidates}


def refusal_of(name, card):
    """Return the refusal of a card; None where it goes through."""
    try:
        assert_goes_through(name, card)
    except UnreadableDocument as refusal:
        return refusal
    return None


def lines_of_refusals(cards):
    """Return the line of each refusal; its sentence starts with the place and ends with an advice."""
    refusals = {name: refusal for name, card in cards.items() if (refusal := refusal_of(name, card)) is not None}
    for name, refusal in refusals.items():
        assert str(refusal).startswith(f"{name}:{refusal.line}:")
        assert ADVICE.search(refusal.problem), refusal
    return {name: refusal.line for name, refusal in refusals.items()}


def test_the_collection_is_whole():
    assert len(real_cards()) == 561
    assert sum(name.startswith("transformers_2020/") for name in real_cards()) == 544
    assert not [
        name for name, card in real_cards().items() if re.search(rb"@(?!example\.org)[\w-]+\.(com|de|org)\b", card)
    ]


def test_each_awkward_card_goes_through_or_is_refused_with_its_line():
    assert lines_of_refusals(awkward_cards()) == AWKWARD_REFUSALS


def test_a_thirtieth_of_the_real_cards_and_all_others_go_through_or_are_refused_with_their_lines():
    names = [name for name in sorted(real_cards()) if not name.startswith("transformers_2020/")]
    names += sorted(name for name in real_cards() if name.startswith("transformers_2020/"))[::30]
    cards = {name: real_cards()[name] for name in names}
    assert lines_of_refusals(cards) == {name: line for name, line in REFUSALS.items() if name in cards}


@pytest.mark.slow  # 600 cards, each spliced eight times
def test_every_real_card_goes_through_or_is_refused_with_its_line():
    assert lines_of_refusals(real_cards()) == REFUSALS


@pytest.mark.parametrize("name", ["sample_simple_model_index.md", "sample_windows_line_breaks.md"])
def test_the_hubs_own_client_reads_the_result(name, tmp_path):
    card = real_cards()[f"hub_fixtures/{name}"]
    paths = tmp_path / "before.md", tmp_path / "after.md"
    paths[0].write_bytes(card)
    paths[1].write_bytes(attach(card, name, POINTER, None, first_lines))
    before, after = (ModelCard.load(path) for path in paths)
    assert after.data.to_dict() == {**before.data.to_dict(), "dls": {"version": "1.0", "path": "dls.yaml"}}
    assert "The first statement." in after.text


def test_a_card_that_the_hubs_client_saved_again_is_up_to_date(tmp_path):
    """The client writes the key in block style and quotes the version in another way."""
    path = tmp_path / "README.md"
    path.write_bytes(attach(real_cards()["hub_fixtures/sample_simple.md"], "card", POINTER, None, first_lines))
    ModelCard.load(path).save(path)
    again = path.read_bytes()
    assert KEY not in again
    assert attach(again, "card", POINTER, None, first_lines) == again
    assert b"dls" not in detach(again, "card")
