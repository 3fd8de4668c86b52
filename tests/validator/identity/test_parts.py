"""The parts that decide an answer are the same for a model that was divided or saved again, and differ for another."""

import pytest
from tests.validator.identity.vector_writer import FOLDER

from dls.identity.identification import identify, with_adapter
from dls.identity.model_folder import open_model_folder
from dls.identity.parts import decisive_parts


def identification(name):
    return identify(open_model_folder(FOLDER / name))


def parts(name):
    return decisive_parts(identification(name).identity)


@pytest.mark.parametrize(("name", "copy"), [("one_file", "two_shards"), ("infinity", "infinity_saved_again")])
def test_one_model_has_one_set_of_parts(name, copy):
    assert parts(name) == parts(copy)


@pytest.mark.parametrize(
    ("name", "copy", "part"),
    [
        ("infinity", "negative_infinity", "config.json"),
        ("tied_once", "tied_to_another", "tensors"),
        ("gguf", "gguf_with_other_metadata", "model-Q8_0.gguf#metadata"),
        ("one_file", "another_template", "chat_template.jinja"),
    ],
)
def test_another_model_differs_in_the_part(name, copy, part):
    assert {key for key, _ in parts(name).items() ^ parts(copy).items()} == {part}


def test_an_adapter_adds_its_own_parts():
    base, adapter = identification("one_file"), identification("adapter")
    names = decisive_parts(with_adapter(base, adapter).identity).keys() - decisive_parts(base.identity).keys()
    assert names == {"adapter's tensors", "adapter's adapter_config.json"}
