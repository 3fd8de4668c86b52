"""Each part in which two identities differ is named, and nothing unknown counts as equal."""

import msgspec
import pytest
from tests.validator.identity.vector_writer import FOLDER

from dls.identity.difference import TensorLists, compare_identities
from dls.identity.identification import identify, with_adapter
from dls.identity.model_folder import open_model_folder
from dls.model import ModelIdentity

SERVER = ModelIdentity(source="https://api.example.org/v1", snapshot="big-2026-05-13", tokenizer_sha256="a" * 64)


@pytest.fixture(scope="module")
def base():
    return identify(open_model_folder(FOLDER / "whole"))


@pytest.fixture(scope="module")
def adapter():
    return identify(open_model_folder(FOLDER / "adapter"))


def changed(identity, name, **members):
    """Return an identity with one file changed, or with none of this name."""
    files = [msgspec.structs.replace(f, **members) if f.name == name else f for f in identity.files]
    return msgspec.structs.replace(identity, files=tuple(f for f in files if members or f.name != name))


def test_a_model_is_the_same_as_itself(base):
    result = compare_identities(base.identity, base.identity)
    assert (result.is_same, result.by_behaviour, result.note) == (True, (), None)


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
def test_a_reading_file_of_another_value_is_named(base, name):
    copy = changed(base.identity, name, sha256="0" * 64, value_sha256="0" * 64)
    assert compare_identities(base.identity, copy).differences == (f"{name} differs",)


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
def test_an_invented_value_beside_the_same_bytes_is_a_difference(base, name):
    forgery = changed(base.identity, name, value_sha256="0" * 64)
    assert compare_identities(forgery, base.identity).differences == (f"{name} differs",)


def test_a_reading_file_of_the_same_value_is_noted(base):
    copy = changed(base.identity, "config.json", sha256="0" * 64)
    result = compare_identities(base.identity, copy)
    assert result.is_same
    assert result.note == "saved again, with other bytes in config.json"


def test_without_values_the_bytes_count(base):
    reference = changed(base.identity, "config.json", value_sha256=None)
    copy = changed(base.identity, "config.json", value_sha256=None, sha256="0" * 64)
    assert compare_identities(reference, copy).differences == ("config.json differs",)


def test_a_reading_file_of_one_side_alone_is_named(base):
    less = changed(base.identity, "generation_config.json")
    assert compare_identities(base.identity, less).differences == ("the copy has no generation_config.json",)
    assert compare_identities(less, base.identity).differences == (
        "the copy has a generation_config.json, and the reference has none",
    )


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
def test_a_file_of_the_tokenizer_is_left_to_its_behaviour(base, name):
    result = compare_identities(base.identity, changed(base.identity, name, sha256="0" * 64, value_sha256=None))
    assert result.is_same
    assert result.by_behaviour == (f"{name} differs",)


def test_tensors_without_their_lists_differ_as_a_whole(base):
    copy = msgspec.structs.replace(base.identity, tensors_sha256="0" * 64)
    assert compare_identities(base.identity, copy).differences == ("the tensors differ",)


def test_tensors_with_their_lists_are_named(base):
    first, *rest = base.tensors
    copy = msgspec.structs.replace(base.identity, tensors_sha256="0" * 64)
    lists = TensorLists(base.tensors, (first._replace(sha256="0" * 64), *rest), is_tied=True)
    assert compare_identities(base.identity, copy, lists).differences == ("the tensors differ: a",)


def test_equal_lists_do_not_excuse_another_digest(base):
    copy = msgspec.structs.replace(base.identity, tensors_sha256="0" * 64)
    lists = TensorLists(base.tensors, base.tensors, is_tied=True)
    assert compare_identities(base.identity, copy, lists).differences == ("the tensors differ",)


def test_a_list_without_its_digest_excuses_no_surplus_tensor():
    once, twice = (identify(open_model_folder(FOLDER / name)) for name in ("tied_once", "tied_twice"))
    lists = TensorLists(once.tensors, twice.tensors, is_tied=True)
    assert compare_identities(once.identity, twice.identity, lists).is_same
    copy = msgspec.structs.replace(twice.identity, tensors_sha256="0" * 64)
    assert not compare_identities(once.identity, copy, lists).is_same


@pytest.mark.parametrize("member", ["tensors_sha256", "reading_sha256"])
def test_an_unknown_digest_equals_no_known_one(base, member):
    reference = msgspec.structs.replace(base.identity, files=(), **{member: None})
    assert not compare_identities(reference, base.identity).is_same
    assert not compare_identities(base.identity, reference).is_same


def test_without_files_equal_digests_are_one_model(base):
    assert compare_identities(msgspec.structs.replace(base.identity, files=()), base.identity).is_same


def test_the_adapter_is_part_of_the_model(base, adapter):
    whole = with_adapter(base, adapter).identity
    assert compare_identities(whole, whole).is_same
    assert compare_identities(whole, base.identity).differences == ("the copy has no adapter",)
    assert compare_identities(base.identity, whole).differences == ("the copy has an adapter",)


@pytest.mark.parametrize(
    ("members", "difference"),
    [
        ({"tensors_sha256": "0" * 64}, "of the adapter, the tensors differ"),
        ({"files": (), "reading_sha256": "0" * 64}, "of the adapter, the files beside the weights differ"),
    ],
)
def test_another_adapter_is_another_model(base, adapter, members, difference):
    whole = with_adapter(base, adapter).identity
    copy = msgspec.structs.replace(whole, adapter=msgspec.structs.replace(whole.adapter, **members))
    (clause,) = compare_identities(whole, copy).differences
    assert clause.startswith(difference)


@pytest.mark.parametrize("member", ["source", "snapshot", "tokenizer_sha256"])
def test_models_behind_servers_are_compared_by_their_declarations(member):
    assert compare_identities(SERVER, SERVER).is_same
    copy = msgspec.structs.replace(SERVER, **{member: None})
    assert compare_identities(SERVER, copy).differences == (f"{member} differs",)


def test_a_declaration_is_no_model_with_weights(base):
    assert not compare_identities(SERVER, base.identity).is_same
    assert not compare_identities(base.identity, SERVER).is_same
