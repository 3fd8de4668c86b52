"""The results file of a run of lm-evaluation-harness: its tasks with their settings, sizes and data sets."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.importing.bounded_files import map_member, read_json, short_text
from dls.importing.mapping_table import Direction
from dls.importing.task_log import LogFile
from dls.model import On

HARNESS = "lm-eval"
_RESULTS, _ENDING = "results", ".json"
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_PRETRAINED = re.compile(r"(?:^|,)(?:pretrained|model)=([^,]+)")
_LOCAL_LOADERS = frozenset({"json", "csv", "text", "parquet", "arrow", None})
_PROMPT = ("doc_to_text", "doc_to_target", "doc_to_choice", "description", "target_delimiter", "fewshot_delimiter")


class LmEvalResults(NamedTuple):
    """A results file with its content; versions 0.3 and 0.4 of the harness."""

    path: Path
    content: Mapping[str, Any]
    file: LogFile

    @property
    def tasks(self) -> list[str]:
        """The tasks; a group of tasks is none."""
        groups = map_member(self.content, "group_subtasks")
        names = self.content["results"].keys() - map_member(self.content, "groups").keys()
        return [str(name) for name in self.content["results"] if name in names and not groups.get(name)]

    def member(self, name: str, task: str) -> Any:
        """Return a task's entry of a member that is a map of tasks; None without it."""
        return map_member(self.content, name).get(task)

    def config(self, task: str) -> dict[str, Any]:
        """Return the configuration of a task, empty where the file has none."""
        return map_member(map_member(self.content, "configs"), task)

    def size(self, task: str, name: str) -> int | None:
        """Return a number of items of a task: `original` of the split, or `effective` of the run."""
        size = map_member(map_member(self.content, "n-samples"), task).get(name)
        return size if type(size) is int and size > 0 else None

    def direction(self, task: str, name: str) -> Direction:
        """Return the direction that the harness gives a metric."""
        value = map_member(map_member(self.content, "higher_is_better"), task).get(name)
        return "neutral" if not isinstance(value, bool) else "higher" if value else "lower"

    def shots(self, task: str) -> Any:
        """Return the number of few-shot examples."""
        shots = self.member("n-shot", task)
        return map_member(self.content, "config").get("num_fewshot") if shots is None else shots

    def on(self, task: str, answer_filter: str | None) -> On:
        """Return the data set of a task; the task's own name where the harness loads local files or names none."""
        config = self.config(task)
        path = config.get("dataset_path")
        is_local = path in _LOCAL_LOADERS or Path(str(path)).is_absolute()
        return On(
            dataset=f"{HARNESS}:{task}" if is_local else str(path),
            config=short_text(config.get("dataset_name")),
            split=short_text(config.get("test_split") or config.get("validation_split")),
            revision=short_text(map_member(config, "dataset_kwargs").get("revision")),
            slice=f"filter: {answer_filter}" if answer_filter else None,
        )

    def model(self) -> str | None:
        """Return the model's name; of a local path the last part alone."""
        arguments = map_member(self.content, "config").get("model_args")
        argument = _PRETRAINED.search(arguments) if isinstance(arguments, str) else None
        name = short_text(self.content.get("model_name")) or (argument[1][:300] if argument else None)
        if name is None:
            return None
        is_path = name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name
        return re.split(r"[/\\]", name.rstrip("/\\"))[-1] if is_path else name

    def settings(self, task: str, on: On) -> dict[str, Any]:
        """Return the settings of a task that `pairing.yaml` lists."""
        content, general, config, shots = (
            self.content,
            map_member(self.content, "config"),
            self.config(task),
            self.shots(task),
        )
        return {
            "task_version": self.member("versions", task),
            "dataset": on,
            "n_shot": shots,
            "fewshot_seed": general.get("fewshot_seed") if shots else None,
            "filter": _ADDRESS.sub("", str(config.get("filter_list"))),
            "metrics": _ADDRESS.sub("", str(config.get("metric_list"))),
            "output_type": config.get("output_type"),
            "prompt": {name: _ADDRESS.sub("", str(config.get(name))) for name in _PROMPT},
            "generation": [config.get("generation_kwargs"), general.get("gen_kwargs") or None],
            "repeats": config.get("repeats"),
            "chat_template": content.get("chat_template_sha"),
            "system_instruction": content.get("system_instruction_sha"),
            "version": content.get("lm_eval_version"),
            "transformers_version": content.get("transformers_version"),
            "dtype": general.get("model_dtype"),
            "limit": general.get("limit"),
            "task_hash": self.member("task_hashes", task),
        }

    def samples_path(self, task: str) -> Path | None:
        """Return the place of a task's samples file; None where the results file has no name of the harness."""
        parts = _name_parts(self.path.name)
        return self.path.with_name(f"{parts[0]}samples_{task}{parts[1]}.jsonl") if parts else None


def open_results(path: Path) -> LmEvalResults:
    """Read a results file.

    Args:
        path: of the file, or of a folder with one.

    Raises:
        DlsError: there is none or there are several, or the file is none.
    """
    place = _results_file(path)
    results = LmEvalResults(place, *read_json(place))
    tables = results.content.get("results")
    if not isinstance(tables, dict) or not isinstance(results.content.get("versions"), dict):
        raise DlsError(f"{place} has no `results` and `versions` of tasks; wanted a results file of lm-eval")
    for task in tables:
        if "/" in task or "\\" in task or task.startswith("."):
            raise DlsError(f"{place}: the task {task[:60]!r} is a path; wanted a name")
    return results


def _results_file(path: Path) -> Path:
    if path.suffix == ".jsonl":
        raise DlsError(f"{path} holds samples alone; name the results file of the run, which says how they were asked")
    if not path.is_dir():
        return path
    files = sorted(file for file in path.glob("**/*.json") if _name_parts(file.name))
    if len(files) != 1:
        names = ", ".join(file.name for file in files[:3]) or "none"
        raise DlsError(f"{path} holds {len(files)} results files ({names}); name the one of the run")
    return files[0]


def _name_parts(name: str) -> tuple[str, str] | None:
    """Return the parts of a results file's name before and after that word; None for another file."""
    before, word, after = name.rpartition(_RESULTS)
    return (before, after.removesuffix(_ENDING)) if word and after.endswith(_ENDING) else None
