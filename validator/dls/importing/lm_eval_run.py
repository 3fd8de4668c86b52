"""Read a run of lm-evaluation-harness: the samples of each task beside its results file, and the averages there."""

from collections.abc import Iterator
from pathlib import Path

from dls.errors import DlsError
from dls.importing.average_log import RunLogs
from dls.importing.bounded_files import day_of_seconds, finite_number, map_member, short_text
from dls.importing.harness_command import lm_eval_command
from dls.importing.lm_eval_averages import average_logs
from dls.importing.lm_eval_results import HARNESS, LmEvalResults, open_results
from dls.importing.lm_eval_samples import FilteredSamples, read_samples
from dls.importing.task_log import LogFile, TaskLog

_CLOSE = 1e-6  # between a printed mean and that of the samples


def read_lm_eval(path: Path) -> RunLogs:
    """Return a run's logs, one for each task and filter with samples, and the averages of all tasks.

    Args:
        path: of the results file, or of a folder with one.

    Raises:
        DlsError: there are no results, they break their form, or results and samples contradict each other.
    """
    results = open_results(path)
    logs = [log for task in results.tasks for log in _task_logs(results, task)]
    return RunLogs(logs, average_logs(results))


def _task_logs(results: LmEvalResults, task: str) -> Iterator[TaskLog]:
    path = results.samples_path(task)
    if path is None or not path.is_file():
        return
    config = results.config(task)
    if not config:
        raise DlsError(f"{results.path}: the task {task} has samples and no entry in `configs`")
    is_choice = config.get("output_type") == "multiple_choice" and not config.get("process_results")
    samples, file = read_samples(path, is_choice=is_choice)
    for name, entry in samples.items():
        _expect_counts(results, task, entry, path)
        _expect_means(results, task, name, entry)
        yield _log(results, task, name if len(samples) > 1 else None, entry, (results.file, file))


def _expect_counts(results: LmEvalResults, task: str, samples: FilteredSamples, path: Path) -> None:
    size = results.size(task, "effective")
    if size is not None and size != len(samples.records):
        raise DlsError(f"{path} holds {len(samples.records)} items, and the results say {size}; wanted all of them")


def _expect_means(results: LmEvalResults, task: str, name: str, samples: FilteredSamples) -> None:
    """Compare the printed averages with those of the samples, where the harness averages."""
    for entry in results.config(task).get("metric_list") or ():
        metric = entry.get("metric") if isinstance(entry, dict) else None
        mean = samples.mean(str(metric), is_mean=isinstance(entry, dict) and entry.get("aggregation") == "mean")
        average = finite_number(map_member(results.content["results"], task).get(f"{metric},{name}"))
        if mean is not None and average is not None and abs(mean - average) > _CLOSE * max(1.0, abs(average)):
            raise DlsError(
                f"{results.path}: {metric} of {task} is {average:g} in the results, and {mean:g} from the samples"
            )


def _log(
    results: LmEvalResults,
    task: str,
    answer_filter: str | None,
    samples: FilteredSamples,
    files: tuple[LogFile, LogFile],
) -> TaskLog:
    on = results.on(task, answer_filter)
    return TaskLog(
        harness=HARNESS,
        version=short_text(results.content.get("lm_eval_version")),
        task=task,
        filter=answer_filter,
        on=on,
        of=results.size(task, "original"),
        asked=results.size(task, "effective") or len(samples.records),
        model=results.model(),
        started=day_of_seconds(results.content.get("date")),
        settings=results.settings(task, on),
        names=samples.names,
        directions={name: results.direction(task, name) for name in samples.names},
        choices=samples.choices,
        records=samples.records,
        files=files,
        inputs={},  # an id is the digest of its document
        notes=samples.notes,
        command=lm_eval_command(results.content, task, results.shots(task)),
    )
