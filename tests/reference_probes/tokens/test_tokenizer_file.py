"""What the library made of a folder, beside the ids that its `tokenizer.json` gives."""

import json
import shutil

import pytest
from tests.reference_probes.tokens.test_lost_text import HONEST
from tests.reference_probes.tokens.test_tokenizer_behaviour import change_json
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from dls.errors import DlsError
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.tokens.tokenizer_file import file_notes

FILE, CONFIGURATION = "tokenizer.json", "tokenizer_config.json"


def notes(folder):
    return list(file_notes(AutoTokenizer.from_pretrained(folder), folder / FILE))


@pytest.fixture(params=HONEST)
def honest(request, tmp_path):
    HONEST[request.param]().save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    return tmp_path


def declare_class(folder, name, kind):
    change_json(folder / CONFIGURATION, lambda config: config.update(tokenizer_class=name, backend=None))
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))


def test_an_honest_folder_gives_the_ids_of_its_file(honest):
    assert notes(honest) == []


def test_added_tokens_and_a_saved_truncation_change_no_id(honest):
    tokenizer = AutoTokenizer.from_pretrained(honest)
    tokenizer.add_tokens(["<|extra|>"])
    tokenizer.backend_tokenizer.enable_truncation(4)
    assert list(file_notes(tokenizer, honest / FILE)) == []


def test_a_token_of_the_configuration_that_occurs_in_texts_is_noted(honest):
    tokenizer = AutoTokenizer.from_pretrained(honest)
    tokenizer.add_tokens(["box"])
    (note,) = file_notes(tokenizer, honest / FILE)
    assert "'a red box , 12 boxes ?'" in note


@pytest.fixture
def metaspace(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "model")


@pytest.mark.parametrize(
    ("name", "kind"), [("Qwen2Tokenizer", "qwen2"), ("GPT2Tokenizer", "gpt2"), ("GPTNeoXTokenizer", "gpt_neox")]
)
def test_a_class_that_rebuilds_the_tokenizer_and_loses_its_spaces_is_refused(name, kind, metaspace):
    declare_class(metaspace, name, kind)
    before = Tokenizer.from_file(str(metaspace / FILE)).encode("a red box", add_special_tokens=False).ids
    assert AutoTokenizer.from_pretrained(metaspace)("a red box", add_special_tokens=False)["input_ids"] != before
    with pytest.raises(DlsError) as error:
        notes(metaspace)
    assert "'a red box , 12 boxes ?' became 'aredbox,12boxes?'" in str(error.value)
    assert "tokenizer_class" in str(error.value)


def test_a_class_that_only_cuts_words_in_other_places_is_noted(metaspace):
    declare_class(metaspace, "GemmaTokenizer", "gemma2")
    (note,) = notes(metaspace)
    assert note.startswith("transformers ")
    assert "other ids than tokenizer.json does, such as 'a red box , 12 boxes ?'" in note


def test_a_tokenizer_that_fails_on_every_text_gets_one_sentence(metaspace):
    declare_class(metaspace, "BertTokenizer", "bert")
    with pytest.raises(DlsError, match="cannot encode a text"):
        notes(metaspace)


def test_other_strings_for_the_same_ids_are_refused(metaspace):
    tokenizer = AutoTokenizer.from_pretrained(metaspace)

    def turn_around(raw):
        vocabulary = raw["model"]["vocab"]
        names = sorted((name for name in vocabulary if len(name) == 1), key=vocabulary.__getitem__)
        vocabulary |= dict(zip(names, [vocabulary[name] for name in reversed(names)], strict=True))

    change_json(metaspace / FILE, turn_around)
    with pytest.raises(DlsError, match="in another way than it is written"):
        list(file_notes(tokenizer, metaspace / FILE))


def test_a_file_that_changed_meanwhile_is_read_again(metaspace):
    assert notes(metaspace) == []
    tokenizer = AutoTokenizer.from_pretrained(metaspace)
    change_json(metaspace / FILE, lambda raw: raw.update(normalizer={"type": "Lowercase"}))
    assert len(list(file_notes(tokenizer, metaspace / FILE))) == 1


def test_a_folder_without_the_file_has_nothing_to_compare(metaspace):
    tokenizer = AutoTokenizer.from_pretrained(metaspace)
    (metaspace / FILE).unlink()
    assert list(file_notes(tokenizer, metaspace / FILE)) == []


def test_a_model_is_loaded_with_this_comparison(metaspace):
    declare_class(metaspace, "Qwen2Tokenizer", "qwen2")
    with pytest.raises(DlsError, match="in another way than it is written"):
        load_text(ModelSpec(metaspace))
