"""The library loads from a folder of links to exactly the named files, and from nowhere else."""

import ctypes
import gc
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import huggingface_hub
import pytest
import torch
import transformers
from safetensors.torch import load_file, save, save_file
from tests.reference_probes.models.saved import llama, write_adapter

from dls.errors import DlsError
from dls_probes.models import link_folder
from dls_probes.models.hub_isolation import offline_hub
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob
from dls_probes.runs.open_models import open_model

INDEX = "model.safetensors.index.json"
OPENED = 0x20  # IN_OPEN of <sys/inotify.h>


def shard(folder, lie=lambda shards: shards):
    """Divide the weights of a folder over two files, under an index."""
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(tensors)
    parts = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, part in parts.items():
        save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
    shards = lie({name: file for file, part in parts.items() for name in part})
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": shards}))
    return tensors


@contextmanager
def opened_files(*folders):
    """Collect the names of the files that anything opens in some folders, as the kernel sees it."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK)
    for folder in folders:
        assert libc.inotify_add_watch(descriptor, os.fsencode(folder), OPENED) >= 0
    names = set()
    try:
        yield names
        data = os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)
    while data:
        _, mask, _, size = struct.unpack_from("iIII", data)
        if mask & OPENED and size:
            names.add(data[16 : 16 + size].rstrip(b"\0").decode())
        data = data[16 + size :]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's notes about files are those of Linux")
@pytest.mark.parametrize("is_sharded", [False, True])
def test_loading_opens_no_file_of_the_folder_that_is_not_named(is_sharded, tmp_path):
    folder = llama(tmp_path / "model")
    if is_sharded:
        shard(folder)
    write_adapter(folder, folder)
    for name in ("consolidated.safetensors", "pytorch_model.bin", "modeling_llama.py", "hidden/model.safetensors"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"never read")
    with opened_files(folder, folder / "hidden") as names:
        load_model(ModelSpec(folder))
    weights = {"a.safetensors", "b.safetensors", INDEX} if is_sharded else {"model.safetensors"}
    read = {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}
    assert names == weights | read


def swapped(shards):
    other = {"a.safetensors": "b.safetensors", "b.safetensors": "a.safetensors"}
    return {name: other[file] for name, file in shards.items()}


def halved(shards):
    return dict(list(shards.items())[: len(shards) // 2]) | {"lm_head.weight": "b.safetensors"}


@pytest.mark.parametrize("lie", [swapped, halved])
def test_an_index_that_lies_loads_the_tensors_of_its_files_all_the_same(lie, tmp_path):
    folder = llama(tmp_path / "model")
    tensors = shard(folder, lie)
    state = load_model(ModelSpec(folder)).model.state_dict()
    assert state.keys() == tensors.keys()
    assert all(torch.equal(state[name], tensor) for name, tensor in tensors.items())


@pytest.mark.parametrize("lie", [swapped, halved])
def test_an_index_that_lies_gives_no_identity(lie, tmp_path):
    folder = llama(tmp_path / "model")
    shard(folder, lie)
    with pytest.raises(DlsError, match="disagree about"):
        assert ModelFiles(folder).identity


@pytest.mark.parametrize("name", ["hidden/m.safetensors", "../m.safetensors", "/m.safetensors"])
def test_an_index_that_leads_out_of_the_folder_is_refused(name, tmp_path):
    folder = llama(tmp_path / "model")
    shard(folder, lambda shards: dict.fromkeys(shards, name))
    with pytest.raises(DlsError, match="leads out of its folder"):
        load_model(ModelSpec(folder))


@pytest.mark.parametrize("member", [{"vocab": "vocab.txt"}, {"init_inputs": ["vocab.txt"]}])
def test_a_tokenizer_configuration_that_names_a_file_elsewhere_is_refused(member, tmp_path):
    folder = llama(tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", **member}))
    with pytest.raises(DlsError, match="sends the loader to files of other names"):
        load_model(ModelSpec(folder))


@pytest.mark.parametrize("ways", [(os.symlink,), (os.link,), (shutil.copyfile,)], ids=["links", "hard links", "copies"])
def test_every_way_to_make_the_folder_loads_the_same_model(ways, tmp_path, monkeypatch):
    folder = llama(tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    monkeypatch.setattr(link_folder, "_WAYS", ways)
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # a hard link stays on one disk
    monkeypatch.setattr("tempfile.tempdir", None)
    state = load_model(ModelSpec(folder)).model.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in tensors.items())


def test_a_disk_without_links_gets_copies(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(1, "Operation not permitted", str(source), None, str(target))

    monkeypatch.setattr(link_folder, "_WAYS", (refuse, shutil.copyfile))
    folder = llama(tmp_path / "model")
    links = ModelFiles(folder).links
    assert not (links.path / "config.json").is_symlink()
    assert (links.path / "config.json").read_bytes() == (folder / "config.json").read_bytes()


def test_a_folder_of_links_as_a_hubs_cache_has_is_loaded(tmp_path):
    blobs, snapshot = llama(tmp_path / "blobs"), tmp_path / "snapshot"
    snapshot.mkdir()
    for path in blobs.iterdir():
        (snapshot / path.name).symlink_to(path)
    assert load_model(ModelSpec(snapshot))


def written(path):
    path.write_bytes(path.read_bytes())


def replaced(path):
    shutil.copy2(path, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def removed(path):
    path.unlink()


def scaled(path):
    """Write other weights into the same file, as a training script does that saves in place."""
    tensors = {name: tensor * 2 for name, tensor in load_file(path).items()}
    data = save(tensors, metadata={"format": "pt"})
    with path.open("r+b") as file:
        file.write(data)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
@pytest.mark.parametrize("change", [written, replaced, cut, removed])
def test_a_file_that_changes_after_its_digest_was_taken_stops_the_load(change, name, tmp_path):
    folder = llama(tmp_path / "model")
    spec = ModelSpec(folder)
    assert spec.files.identity
    assert spec.files.links.path
    change(folder / name)
    with pytest.raises(DlsError, match=rf"{name} changed while the model was read|{name} cannot be|cannot be loaded"):
        load_model(spec)


@pytest.mark.parametrize("change", [written, replaced])
def test_a_file_that_changes_after_the_load_gives_no_identity(change, tmp_path):
    folder = llama(tmp_path / "model")
    spec = ModelSpec(folder)
    load_model(spec)
    change(folder / "model.safetensors")
    with pytest.raises(DlsError, match=r"model\.safetensors changed while the model was read"):
        assert spec.files.identity


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_file_that_is_written_during_a_run_ends_it(workers, tmp_path):
    folder = llama(tmp_path / "model")
    pack = Pack("score", "alone", ((TextJob((0, 9, 40, 5), 1),),))
    with open_model(ModelSpec(folder), workers=workers) as model:
        assert len(list(model.executor.map([pack]))) == 1
        scaled(folder / "model.safetensors")
        with pytest.raises(DlsError, match=r"model\.safetensors changed while the model was read"):
            list(model.executor.map([pack]))


def test_the_folder_lives_as_long_as_the_models_files(tmp_path):
    files = ModelFiles(llama(tmp_path / "model"))
    path = files.links.path
    assert path.is_dir()
    del files
    gc.collect()
    assert not path.exists()


def test_a_model_keeps_it(tmp_path):
    model = load_model(ModelSpec(llama(tmp_path / "model")))
    gc.collect()
    assert model.files.links.path.is_dir()


def test_a_worker_uses_it_and_leaves_it(tmp_path):
    files = ModelFiles(llama(tmp_path / "model"))
    path = files.links.path
    copy = pickle.loads(pickle.dumps(files))  # noqa: S301  as the pool of workers does
    assert copy.links.path == path
    del copy
    gc.collect()
    assert path.is_dir()


def test_the_end_of_the_process_removes_it(tmp_path):
    script = (
        "from pathlib import Path; from dls_probes.models.model_files import ModelFiles; "
        f"files = ModelFiles(Path({str(llama(tmp_path / 'model'))!r})); print(files.links.path)"
    )
    path = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert path
    assert not Path(path).exists()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A hub's cache that holds the configuration of the model `me/model`."""
    root = tmp_path / "cache" / "models--me--model"
    commit = "0" * 40
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(commit)
    shutil.copytree(llama(tmp_path / "model"), root / "snapshots" / commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("cache")
def test_the_hubs_cache_is_out_of_reach_while_a_model_is_loaded():
    assert transformers.AutoConfig.from_pretrained("me/model").model_type == "llama"
    with offline_hub(), pytest.raises(OSError, match="find them in the cached files"):
        transformers.AutoConfig.from_pretrained("me/model")
    assert transformers.AutoConfig.from_pretrained("me/model").model_type == "llama"


@pytest.mark.parametrize("is_offline", [False, True])
def test_a_hub_is_offline_while_a_model_is_loaded_and_then_as_before(is_offline, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", is_offline)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with offline_hub():
        assert huggingface_hub.constants.is_offline_mode()
        assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert huggingface_hub.constants.is_offline_mode() is is_offline
    assert "HF_HUB_OFFLINE" not in os.environ
