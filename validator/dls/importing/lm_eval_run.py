"""Read a run of lm-evaluation-harness: its results file, and the samples file of each task beside it."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.importing.bounded_files import finite_number, read_json
from dls.importing.lm_eval_samples import FilteredSamples, read_samples
from dls.importing.mapping_table import Direction
from dls.importing.task_log import LogFile, TaskLog
from dls.model import On

HARNESS = "lm-eval"
_RESULTS, _ENDING = "results", ".json"
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_LOCAL_LOADERS = frozenset({"json", "csv", "text", "parquet", "arrow", None})
_PROMPT = ("doc_to_text", "doc_to_target", "doc_to_choice", "description", "target_delimiter", "fewshot_delimiter")
_CLOSE = 1e-6  # between a printed mean and that of the samples


class _Run(NamedTuple):
    """A results file with its content."""

    path: Path
    content: Mapping[str, Any]
    file: LogFile

    def member(self, name: str, task: str) -> Any:
        """Return a task's entry of a member that is a map of tasks; None without it."""
        members = self.content.get(name)
        return members.get(task) if isinstance(members, dict) else None


def read_lm_eval(path: Path) -> list[TaskLog]:
    """Return a run's logs, one for each task and filter with samples.

    Args:
        path: of the results file, or of a folder with one.

    Raises:
        DlsError: there are no results or samples, they break their form, or they contradict each other.
    """
    results = _results_file(path)
    run = _Run(results, *read_json(results))
    tables = run.content.get("results")
    if not isinstance(tables, dict) or not isinstance(run.content.get("configs"), dict):
        raise DlsError(f"{results} has no `results` and `configs` of tasks; wanted a results file of lm-eval 0.4")
    logs = [log for task in tables for log in _task_logs(run, str(task))]
    if not logs:
        raise DlsError(
            f"{results} has no samples file beside it, so its averages are of no items; "
            "run lm-eval with --log_samples, or copy the averages as transcribed evidence"
        )
    return logs


def _results_file(path: Path) -> Path:
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


def _task_logs(run: _Run, task: str) -> Iterator[TaskLog]:
    parts = _name_parts(run.path.name)
    if parts is None:
        return
    if "/" in task or "\\" in task or task.startswith("."):
        raise DlsError(f"{run.path}: the task {task!r} is a path; wanted a name")
    path = run.path.with_name(f"{parts[0]}samples_{task}{parts[1]}.jsonl")
    if not path.is_file():
        return
    config = run.member("configs", task)
    if not isinstance(config, dict):
        raise DlsError(f"{run.path}: the task {task} has samples and no entry in `configs`")
    samples, file = read_samples(path, is_choice=config.get("output_type") == "multiple_choice")
    for name, entry in samples.items():
        _expect_counts(run, task, entry, path)
        _expect_means(run, task, name, config, entry)
        yield _log(run, task, name if len(samples) > 1 else None, config, entry, (run.file, file))


def _expect_counts(run: _Run, task: str, samples: FilteredSamples, path: Path) -> None:
    size = _size(run, task, "effective")
    if size is not None and size != len(samples.records):
        raise DlsError(f"{path} holds {len(samples.records)} items, and the results say {size}; wanted all of them")


def _size(run: _Run, task: str, name: str) -> int | None:
    sizes = run.member("n-samples", task)
    size = sizes.get(name) if isinstance(sizes, dict) else None
    return size if type(size) is int and size > 0 else None


def _expect_means(run: _Run, task: str, name: str, config: Mapping[str, Any], samples: FilteredSamples) -> None:
    """Compare the printed averages with those of the samples, where the harness averages."""
    for entry in config.get("metric_list") or ():
        metric = entry.get("metric") if isinstance(entry, dict) else None
        mean = samples.mean(str(metric), is_mean=isinstance(entry, dict) and entry.get("aggregation") == "mean")
        table = run.member("results", task) or {}
        average = finite_number(table.get(f"{metric},{name}"))
        if mean is not None and average is not None and abs(mean - average) > _CLOSE * max(1.0, abs(average)):
            raise DlsError(
                f"{run.path}: {metric} of {task} is {average:g} in the results, and {mean:g} from the samples"
            )


def _log(
    run: _Run,
    task: str,
    answer_filter: str | None,
    config: Mapping[str, Any],
    samples: FilteredSamples,
    files: tuple[LogFile, LogFile],
) -> TaskLog:
    content, on = run.content, _on(task, answer_filter, config)
    return TaskLog(
        harness=HARNESS,
        version=_text(content.get("lm_eval_version")),
        task=task,
        filter=answer_filter,
        on=on,
        of=_size(run, task, "original"),
        asked=_size(run, task, "effective") or len(samples.records),
        model=_model(content),
        started=_day(content.get("date")),
        settings=_settings(run, task, config, on),
        names=samples.names,
        directions={name: _direction(run.member("higher_is_better", task), name) for name in samples.names},
        choices=samples.choices,
        records=samples.records,
        files=files,
        notes=samples.notes,
        command=_command(run, task),
    )


def _command(run: _Run, task: str) -> str | None:
    """Return the command that asks the task's items again; None where its name is no plain word."""
    shots, general = run.member("n-shot", task), run.content.get("config")
    kind = general.get("model") if isinstance(general, dict) else None
    if not (re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", task) and type(shots) is int and kind == "hf"):
        return None
    return f"lm_eval --model hf --model_args pretrained=MODEL --tasks {task} --num_fewshot {shots} --log_samples"


def _settings(run: _Run, task: str, config: Mapping[str, Any], on: On) -> dict[str, Any]:
    content, general = run.content, run.content.get("config")
    general = general if isinstance(general, dict) else {}
    shots = run.member("n-shot", task)
    arguments = [config.get("generation_kwargs"), general.get("gen_kwargs") or None]
    return {
        "task_version": run.member("versions", task),
        "dataset": on,
        "n_shot": shots,
        "fewshot_seed": general.get("fewshot_seed") if shots else None,
        "filter": _ADDRESS.sub("", str(config.get("filter_list"))),
        "metrics": _ADDRESS.sub("", str(config.get("metric_list"))),
        "output_type": config.get("output_type"),
        "prompt": {name: _ADDRESS.sub("", str(config.get(name))) for name in _PROMPT},
        "generation": arguments,
        "repeats": config.get("repeats"),
        "chat_template": content.get("chat_template_sha"),
        "system_instruction": content.get("system_instruction_sha"),
        "version": content.get("lm_eval_version"),
        "transformers_version": content.get("transformers_version"),
        "dtype": general.get("model_dtype"),
        "limit": general.get("limit"),
        "task_hash": run.member("task_hashes", task),
    }


def _on(task: str, answer_filter: str | None, config: Mapping[str, Any]) -> On:
    """Return the data set of a task; the task's own name where the harness loads local files."""
    arguments = config.get("dataset_kwargs")
    is_local = config.get("dataset_path") in _LOCAL_LOADERS or Path(str(config["dataset_path"])).is_absolute()
    return On(
        dataset=f"{HARNESS}:{task}" if is_local else str(config["dataset_path"]),
        config=_text(config.get("dataset_name")),
        split=_text(config.get("test_split") or config.get("validation_split")),
        revision=_text(arguments.get("revision")) if isinstance(arguments, dict) else None,
        slice=f"filter: {answer_filter}" if answer_filter else None,
    )


def _text(value: Any) -> str | None:
    return value[:300] if isinstance(value, str) and value else None


def _model(content: Mapping[str, Any]) -> str | None:
    """Return the model's name; of a local path the last part alone."""
    name = _text(content.get("model_name"))
    if name is None:
        return None
    is_path = name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name
    return re.split(r"[/\\]", name.rstrip("/\\"))[-1] if is_path else name


def _day(value: Any) -> str | None:
    seconds = finite_number(value)
    if seconds is None or not 0 < seconds < 1 << 34:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _direction(table: Any, name: str) -> Direction:
    value = table.get(name) if isinstance(table, dict) else None
    return "neutral" if not isinstance(value, bool) else "higher" if value else "lower"
