"""The averages that a results file of lm-evaluation-harness prints."""

from collections.abc import Iterator

from dls.importing.average_log import Average, AverageLog
from dls.importing.bounded_files import finite_number, map_member, short_text
from dls.importing.lm_eval_results import HARNESS, LmEvalResults
from dls.model import SourceDocument

_NO_FILTER = "none"
_NO_METRICS = frozenset({"alias", "name", "sample_len", "samples"})


def average_logs(results: LmEvalResults) -> list[AverageLog]:
    """Return the averages of each task and filter; those of groups of tasks are averages of averages and left out."""
    return [log for task in results.tasks for log in _task_logs(results, task)]


def _task_logs(results: LmEvalResults, task: str) -> Iterator[AverageLog]:
    filters: dict[str, dict[str, Average]] = {}
    for key, value in map_member(results.content["results"], task).items():
        metric, _, answer_filter = key.partition(",")
        number = None if isinstance(value, bool) else finite_number(value)
        if number is not None and metric not in _NO_METRICS and not metric.endswith("_stderr"):
            size, direction = results.size(task, "effective"), results.direction(task, metric)
            average = Average(repr(number), size, direction, is_rounded=False)
            filters.setdefault(answer_filter or _NO_FILTER, {})[metric] = average
    for answer_filter, averages in filters.items():
        name = answer_filter if len(filters) > 1 else None
        on = results.on(task, name)
        yield AverageLog(
            harness=HARNESS,
            task=task,
            filter=name,
            on=on,
            model=results.model(),
            settings=results.settings(task, on),
            averages=averages,
            items=short_text(results.member("task_hashes", task)),
            file=results.file,
            document=_document(results),
            of=results.size(task, "original"),
        )


def _document(results: LmEvalResults) -> SourceDocument:
    version = short_text(results.content.get("lm_eval_version"))
    commit = short_text(results.content.get("git_hash"))
    return SourceDocument(
        title=f"Results of lm-evaluation-harness, {results.file.name}"[:300],
        version=version or (f"commit {commit}" if commit else "no version stated"),
        table="results",
        row="each task by its name, column METRIC,FILTER",
    )
