"""A model is found by its folder, file, cache, name on a hub or training folder; otherwise a command fetches it."""

import shutil

import pytest
from tests.reference_probes.models.saved import llama

from dls.errors import DlsError
from dls.identity.model_folder import open_model_folder
from dls_probes.models.local_folder import find_folder
from dls_probes.models.model_place import ModelWords, find_model

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "89abcdef0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return llama(tmp_path_factory.mktemp("model"))


@pytest.fixture
def cache(model, tmp_path, monkeypatch):
    """A cache of the hub with two revisions of one model, of which the second is `main`."""
    root = tmp_path / "hub" / "models--example--tiny"
    for commit in (COMMIT, OTHER):
        shutil.copytree(model, root / "snapshots" / commit)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text(OTHER)
    (root / "refs" / "v1").write_text(COMMIT)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return root


@pytest.mark.parametrize(
    ("revision", "commit"), [(None, OTHER), ("main", OTHER), ("v1", COMMIT), (COMMIT, COMMIT), (OTHER, OTHER)]
)
@pytest.mark.parametrize("form", ["name", "root", "snapshots"])
def test_a_model_of_the_cache_is_found_at_its_revision(form, revision, commit, cache):
    name = {"name": "example/tiny", "root": cache, "snapshots": cache / "snapshots"}[form]
    assert find_folder(name, revision) == cache.resolve() / "snapshots" / commit


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", ["example/other", "example/tiny"])
def test_a_model_that_the_cache_lacks_is_refused_with_the_command_that_fetches_it(name):
    with pytest.raises(DlsError) as error:
        find_folder(name, "v2")
    folder = name.partition("/")[2]
    assert f"`hf download {name} --revision v2 --local-dir {folder}`, and name the folder {folder}" in str(error.value)


def test_a_snapshot_of_another_revision_is_refused(cache):
    folder = cache / "snapshots" / COMMIT
    assert find_folder(folder, COMMIT) == folder
    with pytest.raises(DlsError, match=f"is of the revision {COMMIT}, and {OTHER} was wanted"):
        find_folder(folder, OTHER)


def test_a_fetched_folder_knows_its_revision(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "tiny")
    notes = folder / ".cache" / "huggingface" / "download"
    notes.mkdir(parents=True)
    (notes / "config.json.metadata").write_text(f"{COMMIT}\netag\n1.0\n")
    assert find_folder(folder, COMMIT) == folder
    with pytest.raises(DlsError, match=f"is of the revision {COMMIT}"):
        find_folder(folder, OTHER)
    (notes / "model.safetensors.metadata").write_text(f"{OTHER}\netag\n1.0\n")  # two fetches into one folder
    with pytest.raises(DlsError, match=r"nothing in .* says which revision it is of"):
        find_folder(folder, COMMIT)


@pytest.mark.parametrize("revision", ["main", "0123"])
def test_a_branch_outside_of_a_cache_is_refused(revision, model):
    with pytest.raises(DlsError, match="is no commit of 40 hexadecimal digits"):
        find_folder(model, revision)


def test_a_training_folder_stands_for_its_only_checkpoint(model, tmp_path):
    (tmp_path / "run").mkdir()
    first = shutil.copytree(model, tmp_path / "run" / "checkpoint-90")
    assert find_folder(tmp_path / "run") == first
    shutil.copytree(model, tmp_path / "run" / "checkpoint-500")
    assert find_folder(tmp_path / "run") == tmp_path / "run"  # opening it names the last one
    with pytest.raises(DlsError, match=r"name a checkpoint, .*checkpoint-500"):
        open_model_folder(find_model("student", ModelWords(tmp_path / "run")).folder)


def test_a_model_beside_its_checkpoints_is_the_model(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "run")
    shutil.copytree(model, folder / "checkpoint-90")
    assert find_folder(folder) == folder


def test_a_file_is_found_only_where_it_is_gguf(model, tmp_path):
    file = tmp_path / "q4.gguf"
    file.touch()
    assert find_folder(file) == file
    with pytest.raises(DlsError, match="of files only a GGUF file is a model"):
        find_folder(model / "config.json")
