"""Targets that read the files of others: a model's weights and their index, and the logs of other harnesses."""

import shutil
from pathlib import Path

from dls.identity.identification import identify
from dls.identity.model_folder import open_model_folder
from dls.importing.inspect_run import read_inspect
from dls.importing.lm_eval_run import read_lm_eval
from dls.importing.score_table import TableOptions, read_table
from dls.model import On
from fuzz.place import Place
from fuzz.seeds import SEPARATOR, VECTORS

TASK, DAY = "task", "2026-01-21T03-44-18.458309"


def weights(data: bytes, place: Place) -> None:
    """Identify a model by the header of its one file of weights."""
    folder = _empty_folder(place)
    (folder / "config.json").write_bytes(b"{}")
    (folder / ("model.gguf" if data.startswith(b"GGUF") else "model.safetensors")).write_bytes(data)
    identify(open_model_folder(folder))


def indices(data: bytes, place: Place) -> None:
    """Identify a model of two shards by its index and its configuration."""
    folder = _empty_folder(place)
    index, _, configuration = data.partition(SEPARATOR)
    for shard in (VECTORS / "two_shards").glob("*.safetensors"):
        shutil.copy(shard, folder)
    (folder / "model.safetensors.index.json").write_bytes(index)
    (folder / "config.json").write_bytes(configuration)
    identify(open_model_folder(folder))


def logs(data: bytes, place: Place) -> None:
    """Read the log of a harness, which the first line names, or a table of scores."""
    folder = _empty_folder(place)
    name, _, rest = data.partition(b"\n")
    if name == b"lm-eval":
        results, _, samples = rest.partition(SEPARATOR)
        (folder / f"results_{DAY}.json").write_bytes(results)
        (folder / f"samples_{TASK}_{DAY}.jsonl").write_bytes(samples)
        read_lm_eval(folder)
    elif name == b"inspect":
        (folder / "log.json").write_bytes(rest)
        read_inspect(folder / "log.json")
    else:
        path = folder / ("table.csv" if name == b"csv" else "table.jsonl")
        path.write_bytes(rest)
        read_table(path, TableOptions(On(dataset="fuzz"), None, frozenset()))


def _empty_folder(place: Place) -> Path:
    folder = place.folder / "foreign"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
