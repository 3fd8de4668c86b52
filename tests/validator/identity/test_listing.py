"""The closed list holds every file that the installed transformers reads beside the weights."""

import ast
from pathlib import Path

import pytest
import transformers
from transformers import utils
from transformers.integrations.mistral import constants
from transformers.tokenization_utils_base import (
    ADDED_TOKENS_FILE,
    FULL_TOKENIZER_FILE,
    SPECIAL_TOKENS_MAP_FILE,
    TOKENIZER_CONFIG_FILE,
)
from transformers.tokenization_utils_tokenizers import TIKTOKEN_LEGACY_NAME, TIKTOKEN_VOCAB_FILE

from dls.identity.listing import kind_of, model_listing

SOURCES = sorted(Path(transformers.__file__).parent.rglob("tokenization*.py"))
CONSTANTS = {
    utils.SAFE_WEIGHTS_NAME: "weights",
    utils.SAFE_WEIGHTS_INDEX_NAME: "index",
    utils.CONFIG_NAME: "configuration",
    utils.GENERATION_CONFIG_NAME: "generation",
    utils.ADAPTER_CONFIG_NAME: "adapter",
    utils.ADAPTER_SAFE_WEIGHTS_NAME: "weights",
    utils.PROCESSOR_NAME: "processor",
    utils.FEATURE_EXTRACTOR_NAME: "processor",
    utils.IMAGE_PROCESSOR_NAME: "processor",
    utils.VIDEO_PROCESSOR_NAME: "processor",
    utils.AUDIO_TOKENIZER_NAME: "processor",
    utils.CHAT_TEMPLATE_FILE: "template",
    utils.LEGACY_PROCESSOR_CHAT_TEMPLATE_FILE: "template",
    f"{utils.CHAT_TEMPLATE_DIR}/tools.jinja": "template",
    ADDED_TOKENS_FILE: "tokenizer",
    FULL_TOKENIZER_FILE: "tokenizer",
    SPECIAL_TOKENS_MAP_FILE: "tokenizer",
    TOKENIZER_CONFIG_FILE: "tokenizer",
    TIKTOKEN_LEGACY_NAME: "tokenizer",
    TIKTOKEN_VOCAB_FILE: "tokenizer",
    constants.TEKKEN_VOCAB_FILE: "tokenizer",
}
UNREAD = {utils.MODEL_CARD_NAME, utils.WEIGHTS_NAME, utils.WEIGHTS_INDEX_NAME, utils.ADAPTER_WEIGHTS_NAME}
"""A card for people, and formats that can run code."""


def assigned_dictionary(node):
    """Return the dictionary of a `VOCAB_FILES_NAMES = {...}`, at whatever depth it stands."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
        names = {target.id.lower() for target in node.targets if isinstance(target, ast.Name)}
        return node.value if "vocab_files_names" in names else None
    return None


def vocabulary_files():
    """Return the file names in every tokenizer class, whether or not its packages are installed."""
    names = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        texts = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            if isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if dictionary := assigned_dictionary(node):
                names |= {texts[v.id] if isinstance(v, ast.Name) else v.value for v in dictionary.values}
    return names


def test_every_vocabulary_file_of_transformers_is_a_tokenizers():
    names = vocabulary_files()
    assert {"tokenizer.json", "spiece.model", "vocab.txt"} <= names
    assert {name for name in names if kind_of(name) != "tokenizer"} == set()


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_file_name_among_the_constants_of_transformers_has_its_kind(name):
    assert kind_of(name) == CONSTANTS[name]


def test_no_file_name_among_the_constants_of_transformers_is_left_out():
    values = {value for name, value in vars(utils).items() if name.isupper() and isinstance(value, str)}
    names = {value for value in values if value.endswith((".json", ".safetensors", ".bin", ".jinja"))}
    assert {utils.CONFIG_NAME, utils.WEIGHTS_NAME} <= names
    assert names - CONSTANTS.keys() == UNREAD


@pytest.mark.parametrize(
    "name",
    [
        *("params.json", "consolidated.00.pth", "modeling_custom.py", "README.md", "pytorch_model.bin"),
        *("other/config.json", "other/model.safetensors", "additional_chat_templates/.jinja"),
        *("additional_chat_templates/a/b.jinja", "additional_chat_templates/a.txt", "xchat_template.jinja"),
    ],
)
def test_another_file_is_no_part_of_a_model(name):
    assert kind_of(name) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("model-00001-of-00002.safetensors", "weights"),
        ("tiny-Q4_K_M.gguf", "weights"),
        ("tiny-Q4_K_M.gguf#metadata", "metadata"),
    ],
)
def test_shards_gguf_files_and_metadata_have_names_of_their_own(name, kind):
    assert kind_of(name) == kind


def test_a_name_has_one_kind():
    names = [name for group in model_listing().kinds.values() for name in group]
    assert len(names) == len(set(names))


def test_a_folder_or_a_missing_link_of_a_name_is_no_file_of_the_model(tmp_path):
    (tmp_path / "tokenizer.json").mkdir()
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "vocab.txt").symlink_to(tmp_path / "missing")
    (tmp_path / "merges.txt").symlink_to(tmp_path / "config.json")
    assert dict(model_listing().files(tmp_path)) == {"config.json": "configuration", "merges.txt": "tokenizer"}
