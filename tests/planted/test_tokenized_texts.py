"""Texts become token ids once for all students of a draw, and the ids are those of each student's own tokenizer."""

import pytest
from planted.students import find_student, make
from planted.tokenized_texts import TokenizedTexts

from dls.probes.catalogue import find_probe
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.requests import Prompt

ITEMS = find_probe("boundary.twins").items(1, 3)
PAIRS = [(Prompt.user(item.prompt()), text) for item in ITEMS for text in ("", item.answer)]


@pytest.fixture(scope="module")
def text():
    return load_text(ModelSpec(pair.TEACHER))


def test_the_ids_are_those_of_the_tokenizer_in_any_order(text):
    texts = TokenizedTexts.of(text)
    assert texts.pairs(PAIRS[:3]) == text.pairs(PAIRS[:3])
    assert texts.pairs(PAIRS[::-1]) == text.pairs(PAIRS)[::-1]


def test_no_text_becomes_token_ids_twice(text):
    texts = TokenizedTexts.of(text)
    texts.pairs(PAIRS[:3])
    texts.rows[PAIRS[0]] = ((7,), 1)
    assert texts.pairs([PAIRS[0], PAIRS[3]]) == [((7,), 1), *text.pairs(PAIRS[3:4])]


def test_a_student_has_the_tokenizer_of_its_teacher(text, tmp_path):
    student = load_text(ModelSpec(make(find_student("copy"), tmp_path)))
    assert student.pairs(PAIRS) == text.pairs(PAIRS)
    assert (student.eos, student.window) == (text.eos, text.window)
