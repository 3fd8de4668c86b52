"""From the words of a user to the folders of a model: a folder, a file, a hub's name, or an adapter with its base."""

from pathlib import Path
from typing import NamedTuple

from dls.errors import DlsError
from dls.identity.model_folder import ADAPTER, GGUF, INDEX, WEIGHTS, has_adapter, open_adapter_folder
from dls.model import Arm
from dls_probes.models.adapter_settings import read_settings
from dls_probes.models.local_folder import find_folder

WHOLE = "none"
"""The name of a base that means: the folder's own whole weights are the model, and an adapter beside them is not."""


class ModelWords(NamedTuple):
    """The words of a user for one model.

    Attributes:
        name: a folder, a GGUF file, or the name of a model on a hub.
        base: the same for the model under an adapter; `none` for the whole weights beside one; None where left out.
        revision: that the folder has to have; None for any.

    """

    name: str | Path
    base: str | Path | None = None
    revision: str | None = None


class ModelPlace(NamedTuple):
    """The folder of a model or of an adapter, and the folder of the weights under the adapter."""

    folder: Path
    base: Path | None = None

    @property
    def configuration(self) -> Path:
        """The folder in which a `config.json` would lie."""
        folder = self.base or self.folder
        return folder.parent if folder.is_file() else folder


def find_model(arm: Arm, words: ModelWords) -> ModelPlace:
    """Return where the model lies that a user means; nothing is fetched.

    Raises:
        DlsError: it does not lie on this machine at the revision, or the user's words leave open which model is meant.
    """
    folder = find_folder(words.name, words.revision)
    if words.base is not None:
        return _stated(folder, words.base)
    if not has_adapter(folder):
        return ModelPlace(folder)
    settings = read_settings(folder / ADAPTER)
    name, revision = settings.get("base_model_name_or_path"), settings.get("revision")
    if _has_whole_weights(folder):
        raise DlsError(
            f"{folder} holds whole weights and an adapter beside them, which are two models. Say which you mean: "
            f"--{arm}-base {WHOLE} for the whole weights, or --{arm}-base {name or 'FOLDER'} for the adapter on its "
            "base"
        )
    if not isinstance(name, str) or not name:
        raise DlsError(f"{folder} holds an adapter that names no base model; name its folder with --{arm}-base FOLDER")
    try:
        return ModelPlace(folder, find_folder(name, revision if isinstance(revision, str) else None))
    except DlsError as error:
        raise DlsError(
            f"{folder} holds an adapter on the base model {name}; name its folder with --{arm}-base FOLDER ({error})"
        ) from error


def _stated(folder: Path, base: str | Path) -> ModelPlace:
    """Return the place under the base that the user names."""
    if str(base) == WHOLE:
        return ModelPlace(folder)
    open_adapter_folder(folder)
    return ModelPlace(folder, find_folder(base))


def _has_whole_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (WEIGHTS, INDEX)) or any(folder.glob(f"*{GGUF}"))
