"""The models that a statement names, as the hub lists them, without a byte of weights."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import HfApi

from dls.errors import DlsError
from dls.hub.repository import FetchBudget, MissingRepository, MissingRevision, Repository, open_repository
from dls.identity.file_digests import read_reading_file
from dls.identity.listed_model import ListedModel, ListedRevisions
from dls.identity.listing import kind_of
from dls.identity.model_folder import ModelFolder, open_model_folder
from dls.model import Member, Model, ModelFile, Statement

SCHEME = "hf://"
_SMALL = 64 << 20  # bytes of a file beside the weights that is fetched and hashed where the hub lists no digest
_WORTH_READING = 8 << 20  # bytes of a file that is fetched in any case: its names lead to others, its value may agree


def listed_revisions(
    api: HfApi, statement: Statement, home: Repository, budget: FetchBudget
) -> dict[str, ListedRevisions]:
    """Return the models of a statement as the hub lists them, by their pointers.

    Args:
        api: the client.
        statement: the statement.
        home: the repository that it lies in, which is taken for that of the student.
        budget: of the check.
    """
    models = {f"/{name}": getattr(statement, name) for name in ("teacher", "student", "control")}
    revisions = {}
    for pointer, model in models.items():
        pinned = _pinned(api, model, home, budget) if isinstance(model, Model) else None
        has_weights = any(kind_of(name) == "weights" for name in home.files)
        current = listed_model(home, statement.student, budget) if pointer == "/student" and has_weights else None
        if pinned or current:
            revisions[pointer] = ListedRevisions(pinned, current)
    return revisions


def repository_of(model: Member) -> str | None:
    """Return the name of the repository at a model's `hf://` source."""
    source = model.source or ""
    name = source.removeprefix(SCHEME).rstrip("/")
    is_model = source.startswith(SCHEME) and name.count("/") == 1
    return name if is_model else None


def _pinned(api: HfApi, model: Model, home: Repository, budget: FetchBudget) -> ListedModel | None:
    name = repository_of(model)
    if name is None or model.revision is None:
        return None
    if (name, model.revision) == (home.name, home.commit):
        return listed_model(home, model, budget)
    try:
        return listed_model(open_repository(api, name, model.revision), model, budget)
    except MissingRepository as error:
        return ListedModel(name, model.revision, problem=str(error), is_missing=isinstance(error, MissingRevision))


def listed_model(repository: Repository, model: Model, budget: FetchBudget) -> ListedModel:
    """Return the files of the model in a repository, each with its digest where the hub lists or gives one."""
    try:
        with TemporaryDirectory() as scratch:
            folder = _folder_of_names(repository, model, Path(scratch), budget)
            files = [_digested(repository, folder.path, name) for name in folder.names]
    except DlsError as error:
        problem = str(error).replace(f"{scratch}/", "").replace(scratch, repository.name)
        return ListedModel(repository.name, repository.commit, problem=problem)
    entries = tuple(file for file in files if isinstance(file, ModelFile))
    return ListedModel(
        repository.name, repository.commit, entries, tuple(file for file in files if isinstance(file, str))
    )


def _folder_of_names(repository: Repository, model: Model, scratch: Path, budget: FetchBudget) -> ModelFolder:
    """Return the folder of a model that holds small files whole, and large ones by their names alone.

    Which files a loading reads follows from the names in a folder, the index and the configuration.
    """
    names = [name for name in repository.files if kind_of(name) is not None and ".." not in name.split("/")]
    for name in _chosen(names, model):
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = repository.files[name]
        if kind_of(name) != "weights" and file.size <= (_SMALL if file.sha256 is None else _WORTH_READING):
            shutil.copyfile(repository.fetch(name, budget), path)
        else:
            path.touch()
    return open_model_folder(scratch)


def _chosen(names: list[str], model: Model) -> list[str]:
    """Return the names without the GGUF files that a statement does not mean: a repository may hold several."""
    ggufs = {name for name in names if name.endswith(".gguf")}
    choice = ggufs & {file.name for file in model.files}
    return [name for name in names if name not in ggufs or not choice or name in choice]


def _digested(repository: Repository, folder: Path, name: str) -> ModelFile | str:
    """Return a file with its digest, or its name where neither the hub nor its bytes give one."""
    file, path = repository.files.get(name), folder / name
    if file is None:
        return name
    if path.stat().st_size:
        return read_reading_file(folder, name).file
    return ModelFile(name=name, bytes=file.size, sha256=file.sha256) if file.sha256 else name
