"""One read gives the identity; it is the same under any sharding; a file that changes is noticed."""

import json
import os
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save, save_file
from tests.validator.identity import oracle
from tests.validator.identity.vector_writer import FIRST, FOLDER, INDEX, index_of

from dls.errors import DlsError
from dls.identity.difference import TensorLists, compare_identities
from dls.identity.file_state import paths_with_changes, state_of
from dls.identity.identification import identify, with_adapter
from dls.identity.key import model_key
from dls.identity.model_folder import open_model_folder
from dls.identity.tensor_list import parse_tensor_lines

MIB = 1 << 20


def bytes_read():
    """Return how many bytes this process has asked the system for."""
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.fixture
def large(tmp_path):
    """A model of 48 MiB in three shards."""
    tensors = {name: np.full((4, MIB), value, dtype=np.float32) for value, name in enumerate("abc")}
    for name, tensor in tensors.items():
        save_file({name: tensor}, tmp_path / f"{name}.safetensors")
    (tmp_path / INDEX).write_bytes(index_of(**{name: f"{name}.safetensors" for name in tensors}))
    (tmp_path / "config.json").write_text("{}")
    return open_model_folder(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts a process's reads")
def test_an_identity_costs_one_read_of_each_file(large):
    size = sum((large.path / name).stat().st_size for name in large.names)
    before = bytes_read()
    identify(large)
    assert size <= bytes_read() - before <= size + MIB // 4


def test_an_identity_takes_a_buffer_for_each_file_and_no_more(large):
    tracemalloc.start()
    identify(large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MIB


TENSORS = st.dictionaries(
    st.text(min_size=1, max_size=6).filter(lambda name: name != "__metadata__"),
    st.lists(st.integers(-8, 8), max_size=5).map(lambda values: np.array(values, dtype=np.int16)),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shards")


@given(tensors=TENSORS, data=st.data())
def test_any_division_into_shards_has_the_same_tensors(place, tensors, data):
    shards = [f"{k}.safetensors" for k in range(data.draw(st.integers(1, 4)))]
    homes = {name: data.draw(st.sampled_from(shards)) for name in data.draw(st.permutations(sorted(tensors)))}
    shutil.rmtree(place)
    place.mkdir()
    for shard in set(homes.values()):
        save_file({name: tensors[name] for name in homes if homes[name] == shard}, place / shard)
    (place / INDEX).write_text(json.dumps({"weight_map": homes}))
    (place / "config.json").write_text("{}")
    divided = identify(open_model_folder(place)).identity
    save_file(tensors, place / "model.safetensors")
    whole = identify(open_model_folder(place)).identity
    lines = oracle.tensor_lines([place / "model.safetensors"])
    assert divided.tensors_sha256 == whole.tensors_sha256 == oracle.tensors_sha256(lines)
    assert compare_identities(whole, divided).is_same


@pytest.mark.slow
def test_a_model_that_transformers_saved_again_in_shards_is_the_same(tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from dls_probes.pair import STUDENT

    model = AutoModelForCausalLM.from_pretrained(STUDENT, dtype="auto")
    model.save_pretrained(tmp_path, max_shard_size="200KB")
    AutoTokenizer.from_pretrained(STUDENT).save_pretrained(tmp_path)
    original, copy = (identify(open_model_folder(folder)) for folder in (STUDENT, tmp_path))
    lists = TensorLists(original.tensors, copy.tensors, model.config.tie_word_embeddings)
    result = compare_identities(original.identity, copy.identity, lists)
    assert len(open_model_folder(tmp_path).weights) > 1
    assert result.differences == ()
    assert {clause.partition(" ")[0] for clause in result.by_behaviour} <= {"tokenizer.json", "tokenizer_config.json"}


def test_the_list_of_tensors_is_read_again_and_held_to_its_digest():
    result = identify(open_model_folder(FOLDER / "whole"))
    sha256 = result.identity.tensors_sha256
    assert parse_tensor_lines(result.lines, sha256, "tensors.teacher.jsonl") == tuple(sorted(result.tensors))
    with pytest.raises(DlsError, match="is not the list of tensors with the digest"):
        parse_tensor_lines(result.lines + b"\n", sha256, "tensors.teacher.jsonl")


def test_an_adapter_on_a_base_has_the_digests_of_both():
    base, adapter = (identify(open_model_folder(FOLDER / name)) for name in ("one_file", "adapter"))
    result = with_adapter(base, adapter)
    assert result.identity.tensors_sha256 == base.identity.tensors_sha256
    assert result.identity.adapter.tensors_sha256 == adapter.identity.tensors_sha256
    assert result.identity.adapter.files == adapter.identity.files
    assert model_key(result.identity) not in (model_key(base.identity), model_key(adapter.identity))
    assert set(result.states) == {*base.states, *adapter.states}


@pytest.fixture
def folder(tmp_path):
    """A copy of the vector `whole`, which the test may change."""
    return Path(shutil.copytree(FOLDER / "whole", tmp_path / "whole"))


def append(path):
    with path.open("ab") as file:
        file.write(b" ")


def overwrite_in_place(path):
    data, status = path.read_bytes(), path.stat()
    path.write_bytes(data[:-1] + b"x")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def replace(path):
    status = path.stat()
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    copy.replace(path)


@pytest.mark.parametrize("change", [append, overwrite_in_place, replace, Path.unlink])
@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_file_that_changed_since_its_digest_is_named(folder, change, name):
    states = identify(open_model_folder(folder)).states
    assert paths_with_changes(states) == ()
    change(folder / name)
    assert paths_with_changes(states) == (folder / name,)


def test_a_link_counts_as_the_file_that_it_leads_to(folder, tmp_path):
    target = (folder / "config.json").rename(tmp_path / "blob")
    (folder / "config.json").symlink_to(target)
    result = identify(open_model_folder(folder))
    assert result.identity == identify(open_model_folder(FOLDER / "whole")).identity
    append(target)
    assert paths_with_changes(result.states) == (folder / "config.json",)


def test_the_state_of_an_open_file_is_that_of_its_path(folder):
    with (folder / "config.json").open() as file:
        assert state_of(folder / "config.json", file.fileno()) == state_of(folder / "config.json")


def test_a_file_that_is_written_while_it_is_read_is_refused(folder, monkeypatch):
    from dls.identity import file_digests

    header = file_digests.parse_safetensors

    def write_meanwhile(stream, size):
        append(folder / "model.safetensors")
        return header(stream, size)

    monkeypatch.setattr(file_digests, "parse_safetensors", write_meanwhile)
    with pytest.raises(DlsError, match="changed while it was read"):
        identify(open_model_folder(folder))


def test_a_file_that_cannot_be_read_is_named(folder):
    model = open_model_folder(folder)
    (folder / "config.json").unlink()
    with pytest.raises(DlsError, match=r"config\.json cannot be read \(No such file"):
        identify(model)


def test_a_tensor_that_only_another_shard_holds_contradicts_the_index(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    for name in ("a", "b"):
        (tmp_path / f"{name}.safetensors").write_bytes(save({name: FIRST}))
    (tmp_path / INDEX).write_bytes(index_of(a="b.safetensors", b="a.safetensors"))
    with pytest.raises(DlsError, match="disagree about 2 tensors, such as 'a'"):
        identify(open_model_folder(tmp_path))
