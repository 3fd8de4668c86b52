"""The files that count, and one sentence with a remedy for each folder that is no model."""

import json

import pytest
from safetensors.numpy import save
from tests.validator.identity.vector_writer import FIRST, INDEX, index_of

from dls.errors import DlsError
from dls.identity.model_folder import open_model_folder

WEIGHTS = save({"a": FIRST})


@pytest.fixture
def folder(tmp_path):
    """A model with the least that it needs."""
    path = tmp_path / "model"
    path.mkdir()
    (path / "config.json").write_text("{}")
    (path / "model.safetensors").write_bytes(WEIGHTS)
    return path


def test_the_weights_and_the_files_of_the_list_count(folder):
    for name in ("tokenizer.json", "modeling_own.py", "README.md", "params.json"):
        (folder / name).write_text("{}")
    model = open_model_folder(folder)
    assert model.names == ("config.json", "model.safetensors", "tokenizer.json")
    assert model.reading == {"config.json": "configuration", "tokenizer.json": "tokenizer"}
    assert not model.notes


def test_the_index_of_shards_is_read_and_no_reading_file(folder):
    (folder / "model.safetensors").rename(folder / "first.safetensors")
    (folder / INDEX).write_bytes(index_of(a="first.safetensors"))
    model = open_model_folder(folder)
    assert model.names == ("config.json", "first.safetensors", INDEX)
    assert INDEX not in model.reading


def test_a_gguf_file_needs_no_configuration(tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(b"")
    assert open_model_folder(tmp_path).weights == ("tiny.gguf",)


def test_an_adapter_alone_is_one(tmp_path):
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.safetensors").write_bytes(WEIGHTS)
    model = open_model_folder(tmp_path)
    assert model.is_adapter
    assert model.names == ("adapter_config.json", "adapter_model.safetensors")


def test_an_adapter_beside_whole_weights_is_not_read_and_noted(folder):
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_bytes(WEIGHTS)
    model = open_model_folder(folder)
    assert model.names == ("config.json", "model.safetensors")
    assert [note for note in model.notes if "adapter beside the whole weights is not read" in note]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (INDEX, "the shards of model.safetensors.index.json beside it are not"),
        ("consolidated.safetensors", "not read: consolidated.safetensors"),
        ("tiny.gguf", "not read: tiny.gguf"),
    ],
)
def test_other_weights_beside_those_that_count_are_noted(folder, name, words):
    (folder / name).write_bytes(WEIGHTS)
    (note,) = open_model_folder(folder).notes
    assert words in note


def nothing(folder):
    (folder / "notes.txt").touch()


def hub_cache(folder):
    (folder / "models--me--tiny" / "snapshots" / "0123").mkdir(parents=True)
    return "models--me--tiny"


def checkpoints(folder):
    for step in (90, 500):
        (folder / f"checkpoint-{step}").mkdir()


def checkpoints_with_configuration(folder):
    checkpoints(folder)
    (folder / "config.json").write_text("{}")


def shards_without_index(folder):
    (folder / "config.json").write_text("{}")
    (folder / "model-00001-of-00002.safetensors").write_bytes(WEIGHTS)


def binaries(folder):
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"")


def adapter_binaries(folder):
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.bin").write_bytes(b"")


def configuration_alone(folder):
    (folder / "config.json").write_text("{}")


def two_gguf_files(folder):
    for name in ("a.gguf", "b.gguf"):
        (folder / name).touch()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (nothing, ["no config.json", "save_pretrained"]),
        (hub_cache, ["root of a hub's cache", "snapshots/0123"]),
        (checkpoints, ["a training folder", "checkpoint-500"]),
        (checkpoints_with_configuration, ["a training folder", "checkpoint-500"]),
        (shards_without_index, ["model-00001-of-00002.safetensors", "index.json", "fetch the missing file"]),
        (binaries, ["pytorch_model.bin", "can run code", "save_pretrained(NEW, safe_serialization=True)"]),
        (adapter_binaries, ["adapter_model.bin", "adapter", "save_pretrained"]),
        (configuration_alone, ["no weights", "fetch the folder again, whole"]),
        (two_gguf_files, ["a.gguf, b.gguf", "name the one you mean by its path, such as", "a.gguf;"]),
    ],
)
def test_a_folder_that_is_no_model_gets_its_own_remedy(tmp_path, build, words):
    below = build(tmp_path)
    with pytest.raises(DlsError) as error:
        open_model_folder(tmp_path / below if below else tmp_path)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("example/tiny-1b", "hf download example/tiny-1b --local-dir tiny-1b"),
        ("no/such/folder", "save_pretrained"),
        ("tests/validator/identity/oracle.py", "is a file"),
    ],
)
def test_a_path_that_is_no_folder_gets_its_own_remedy(path, words):
    from pathlib import Path

    with pytest.raises(DlsError, match=words):
        open_model_folder(Path(path))


@pytest.mark.parametrize(
    ("file", "value"),
    [
        ("config.json", {"transformers_weights": "b.safetensors"}),
        ("config.json", {"text_config": {"transformers_weights": "b.safetensors"}}),
        ("config.json", {"configuration_files": ["config.5.0.0.json"]}),
        ("tokenizer_config.json", {"fast_tokenizer_files": ["tokenizer.5.0.0.json"]}),
        ("tokenizer_config.json", {"init_inputs": ["vocabulary.txt"]}),
        ("tokenizer_config.json", {"gguf_file": "/elsewhere/other.gguf"}),
        ("tokenizer_config.json", {"vocab": "vocabulary.json"}),
        ("tokenizer_config.json", {"merges": "rules.txt"}),
    ],
)
def test_a_configuration_that_sends_the_loader_elsewhere_is_refused(folder, file, value):
    (folder / file).write_text(json.dumps(value))
    with pytest.raises(DlsError, match="delete the member"):
        open_model_folder(folder)


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[" * 100_000])
def test_a_configuration_that_is_no_json_is_refused(folder, data):
    (folder / "config.json").write_bytes(data)
    with pytest.raises(DlsError, match="is no JSON"):
        open_model_folder(folder)


@pytest.mark.parametrize(
    "name",
    ["hidden/m.safetensors", "../m.safetensors", "/m.safetensors", "..", "C:m.safetensors", "a\\m.safetensors", ""],
)
def test_an_index_that_leads_out_of_the_folder_is_refused(folder, name):
    (folder / "model.safetensors").unlink()
    (folder / INDEX).write_bytes(index_of(a=name))
    with pytest.raises(DlsError, match=r"leads out of its folder|only safetensors shards"):
        open_model_folder(folder)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"weight_map": []}', b'{"weight_map": {}}',
                                  b'{"weight_map": {"a": 1}}', b'{"weight_map": {"a": "x", "a": "x"}}'])  # fmt: skip
def test_an_index_of_another_form_is_refused(folder, data):
    (folder / "model.safetensors").unlink()
    (folder / INDEX).write_bytes(data)
    with pytest.raises(DlsError, match="save it again with `save_pretrained`"):
        open_model_folder(folder)
