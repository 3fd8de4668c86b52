"""A tokenizer's digest follows from its behaviour, and not from the form of its files."""

import json
import shutil

import pytest
from transformers import AutoTokenizer

from dls_probes.tokens.tokenizer_behaviour import PROBE_TEXTS, token_ids, token_strings, vocabulary_sha256


def change_json(path, change):
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


@pytest.fixture
def folder(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "model")


def digest(folder):
    return vocabulary_sha256(AutoTokenizer.from_pretrained(folder))


TRUNCATION = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}


def add_token(raw):
    raw["added_tokens"].append(
        {"id": 330, "content": "[PAD]", "special": True, "normalized": False}
        | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
    )


def swap_strings(raw):
    vocabulary = raw["model"]["vocab"]
    vocabulary["<0x00>"], vocabulary["<0x01>"] = vocabulary["<0x01>"], vocabulary["<0x00>"]


def test_ids_are_those_of_the_library_text_by_text(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = [*PROBE_TEXTS] * 30  # more than a batch
    assert token_ids(tokenizer, texts) == [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


def test_each_id_has_the_string_that_the_library_gives_it(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    strings = token_strings(tokenizer)
    assert list(strings) == sorted(tokenizer.get_vocab().values())
    assert list(strings.values()) == tokenizer.convert_ids_to_tokens(list(strings))


def test_a_tokenizer_that_was_saved_again_has_the_same_digest(folder, tmp_path):
    AutoTokenizer.from_pretrained(folder).save_pretrained(tmp_path / "again")
    assert (tmp_path / "again" / "tokenizer.json").read_bytes() != (folder / "tokenizer.json").read_bytes()
    assert digest(tmp_path / "again") == digest(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw["added_tokens"][2].update(special=False),
        lambda raw: raw.update(truncation=TRUNCATION),
    ],
    ids=["flag special", "truncation"],
)  # fmt: skip
def test_a_flag_that_changes_no_id_changes_no_digest(change, folder):
    before = digest(folder)
    change_json(folder / "tokenizer.json", change)
    assert digest(folder) == before


@pytest.mark.parametrize(
    "change",
    [
        add_token,
        swap_strings,
        lambda raw: raw.update(normalizer={"type": "Lowercase"}),
        lambda raw: raw["model"]["merges"].pop(0),
    ],
    ids=["added token", "strings of two ids", "normaliser", "merge"],
)
def test_other_behaviour_has_another_digest(change, folder):
    before = digest(folder)
    change_json(folder / "tokenizer.json", change)
    assert digest(folder) != before


def test_another_end_token_has_another_digest(folder):
    before = digest(folder)
    change_json(folder / "tokenizer_config.json", lambda config: config.update({"eos_token": "<|user|>"}))
    assert digest(folder) != before
