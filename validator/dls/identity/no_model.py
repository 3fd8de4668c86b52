"""Why a path is no model folder, and which one is meant."""

import re
from pathlib import Path

from dls.errors import DlsError

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
"""The form of a name of a model on a hub."""
_CACHE = "models--"
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_SAVE = (
    "`AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW, safe_serialization=True)` writes safetensors, "
    "as the `save_pretrained` of an adapter's PeftModel does; the tokenizer has one of its own"
)


def no_folder(path: Path) -> DlsError:
    """Return the error about a path that is no folder."""
    if path.exists():
        return DlsError(f"{path} is a file, and of files only a GGUF file is a model; name the folder that it lies in")
    if HUB_ID.fullmatch(path.as_posix()):
        return DlsError(
            f"There is no folder {path}. If it is the name of a model on a hub, {fetch_command(path.as_posix())}"
        )
    return DlsError(f"There is no folder {path}; name one that `save_pretrained` wrote or that was fetched whole")


def fetch_command(name: str, revision: str | None = None) -> str:
    """Return the end of a sentence: the command that fetches a model from a hub, and the folder to name then."""
    option = f" --revision {revision}" if revision else ""
    folder = name.rpartition("/")[2]
    return f"fetch it with `hf download {name}{option} --local-dir {folder}`, and name the folder {folder}"


def no_configuration(folder: Path) -> DlsError:
    """Return the error about a folder without a configuration."""
    if (snapshot := _latest_snapshot(folder)) is not None:
        return DlsError(f"{folder} is the root of a hub's cache; name the snapshot below it, {snapshot}")
    if (checkpoint := _latest_checkpoint(folder)) is not None:
        return DlsError(f"{folder} is a training folder and holds no model itself; name a checkpoint, {checkpoint}")
    return DlsError(
        f"{folder} is no model folder: it has no config.json; name a folder that `save_pretrained` wrote or that was "
        "fetched whole"
    )


def no_adapter(folder: Path) -> DlsError:
    """Return the error about a folder in which an adapter was expected."""
    return DlsError(
        f"{folder} holds no adapter on the base model that you named: adapter_config.json and "
        "adapter_model.safetensors lie in the folder of one; leave the option out, or name the adapter's folder"
    )


def no_weights(folder: Path) -> DlsError:
    """Return the error about a folder without weights that are read."""
    if (checkpoint := _latest_checkpoint(folder)) is not None:
        return DlsError(f"{folder} is a training folder and holds no weights itself; name a checkpoint, {checkpoint}")
    tensors = sorted(path.name for path in folder.glob("*.safetensors"))
    if tensors:
        return DlsError(
            f"{folder} holds {_some(tensors)}, and neither model.safetensors nor model.safetensors.index.json, which "
            "transformers reads; fetch the missing file, or save the model again in the form of transformers"
        )
    binaries = sorted(path.name for suffix in ("bin", "pt", "pth", "ckpt") for path in folder.glob(f"*.{suffix}"))
    if binaries:
        return DlsError(
            f"{folder} holds {_some(binaries)}; only safetensors and GGUF weights are read, since others can run "
            f"code. If you trust the folder, convert it: {_SAVE}"
        )
    return DlsError(f"{folder} holds no weights; fetch the folder again, whole")


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _latest_snapshot(folder: Path) -> Path | None:
    """Return the snapshot that was written last below the root of a hub's cache."""
    if not folder.resolve().name.startswith(_CACHE):
        return None
    snapshots = [path for path in (folder / "snapshots").glob("*") if path.is_dir()]
    return max(snapshots, key=lambda path: path.stat().st_mtime_ns, default=None)


def _latest_checkpoint(folder: Path) -> Path | None:
    """Return the checkpoint with the largest number below a training folder."""
    return next(reversed(checkpoints_of(folder)), None)


def checkpoints_of(folder: Path) -> tuple[Path, ...]:
    """Return the checkpoints below a training folder, by their numbers."""
    steps = {
        int(match[1]): path
        for path in folder.glob("checkpoint-*")
        if path.is_dir() and (match := _CHECKPOINT.fullmatch(path.name))
    }
    return tuple(steps[step] for step in sorted(steps))
