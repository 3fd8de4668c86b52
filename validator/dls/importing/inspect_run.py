"""Read a log of Inspect: an `.eval` archive, or the same as one JSON file."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from dls.canonical import file_sha256
from dls.errors import DlsError
from dls.importing.average_log import RunLogs
from dls.importing.bounded_files import expect_regular, finite_number, map_member, read_json, short_text
from dls.importing.eval_archive import EvalArchive
from dls.importing.harness_command import inspect_command
from dls.importing.mapping_table import Direction
from dls.importing.pairing import NO_ANSWER
from dls.importing.task_log import LogFile, TaskLog
from dls.logs.log_record import LogRecord
from dls.model import On

HARNESS = "inspect"
_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
_FORMAT = 2  # the latest that this release reads
_SAMPLING = ("temperature", "top_p", "top_k", "max_tokens", "stop_seqs", "num_choices")
_CLOSE = 1e-6


class _Score(NamedTuple):
    """An entry of the log's results that is a mean over items: its name, and the scorer whose value holds it."""

    name: str
    scorer: str
    printed: float | None
    direction: Direction


def read_inspect(path: Path) -> RunLogs:
    """Return the log of one task.

    Raises:
        DlsError: the log is damaged, of a later format or not finished; a score is no number; or the samples do not
            give the results.
    """
    expect_regular(path)
    if not zipfile.is_zipfile(path):
        header, file = read_json(path)
        _expect_success(path, header)
        samples = header.get("samples")
        if not isinstance(samples, list) or not all(isinstance(sample, dict) for sample in samples):
            raise DlsError(f"{path} holds no samples, so its averages are of no items; write a log with samples")
        return RunLogs([_task_log(path, header, samples, file)])
    with EvalArchive(path) as archive:
        file, header = LogFile(path, file_sha256(path), path.stat().st_size), archive.member("header.json")
        _expect_success(path, header)
        return RunLogs([_task_log(path, header, archive.samples(), file)])


def _task_log(path: Path, header: Mapping[str, Any], samples: Iterable[Mapping[str, Any]], file: LogFile) -> TaskLog:
    run = map_member(header, "eval")
    dataset, config = map_member(run, "dataset"), map_member(run, "config")
    samples = iter(samples)
    head = list(islice(samples, 1))
    scores, notes = _scores(path, header)
    scores = [part for score in scores for part in _parts(score, head)]
    values, inputs = _values(path, chain(head, samples), scores)
    ids = dataset.get("sample_ids")
    names = [*dict.fromkeys([*map(str, ids if isinstance(ids, list) else ()), *values])]
    records = {name: _record(name, values.get(name), len(scores)) for name in names}
    _expect_means(path, scores, records)
    size = dataset.get("samples")
    return TaskLog(
        harness=HARNESS,
        version=short_text(map_member(run, "packages").get("inspect_ai")),
        task=short_text(run.get("task")) or "task",
        filter=None,
        on=On(dataset=short_text(dataset.get("name")) or f"{HARNESS}:{run.get('task')}"),
        of=size if type(size) is int and size > 0 else None,
        asked=len(names),
        model=short_text(run.get("model")),
        started=_day(run.get("created")),
        settings=_settings(run, header, dataset, config),
        names=[score.name for score in scores],
        directions={score.name: score.direction for score in scores},
        choices=False,
        records=records,
        files=[file],
        notes=notes,
        inputs=inputs,
        command=inspect_command(run, _sampling(run, header)),
    )


def _expect_success(path: Path, header: Mapping[str, Any]) -> None:
    version, status = header.get("version"), header.get("status")
    if type(version) is not int or version > _FORMAT:
        raise DlsError(f"{path} is a log of format {version}; this release reads formats up to {_FORMAT}")
    if status != "success":
        raise DlsError(f"{path} has the status {status}, so its run did not end; run it again")


def _scores(path: Path, header: Mapping[str, Any]) -> tuple[list[_Score], list[str]]:
    """Return the scores that are means over items, and a note about each other one."""
    entries = map_member(header, "results").get("scores")
    scores, notes = list[_Score](), list[str]()
    for entry in entries if isinstance(entries, list) else ():
        name, reducer = str(entry.get("name")), entry.get("reducer")
        metrics = map_member(entry, "metrics")
        if reducer not in (None, "mean"):
            notes.append(f"{name} with the reducer {reducer} is no mean over items and is left out.")
            continue
        averages = [map_member(metrics, metric).get("value") for metric in ("accuracy", "mean") if metric in metrics]
        direction: Direction = "higher" if "accuracy" in metrics else "neutral"
        average = finite_number(next(iter(averages), None))
        scores.append(_Score(name, str(entry.get("scorer") or name), average, direction))
    if not scores:
        raise DlsError(f"{path} has no score that is a mean over items")
    return scores, notes


def _parts(score: _Score, head: Sequence[Mapping[str, Any]]) -> list[_Score]:
    """Return the parts of a score whose value is a map of several numbers; otherwise the score itself."""
    for sample in head:
        value = map_member(map_member(sample, "scores"), score.scorer).get("value")
        if isinstance(value, dict) and value and score.name not in value:
            return [_Score(name, score.scorer, None, "neutral") for name in sorted(value)]
    return [score]


def _values(
    path: Path, samples: Iterable[Mapping[str, Any]], scores: Sequence[_Score]
) -> tuple[dict[str, list[tuple[float, ...] | None]], dict[str, str]]:
    """Return each item's scores by epoch, None for an epoch without, and the digest of each item's input."""
    values: dict[str, list[tuple[float, ...] | None]] = {}
    inputs: dict[str, str] = {}
    epochs: set[tuple[str, str]] = set()
    for sample in samples:
        name, epoch = str(sample.get("id")), (str(sample.get("id")), str(sample.get("epoch")))
        if epoch in epochs:
            raise DlsError(f"{path}: the sample {name} of epoch {epoch[1]} is there twice")
        epochs.add(epoch)
        values.setdefault(name, []).append(_sample_scores(path, sample, scores))
        text = json.dumps(sample.get("input"), sort_keys=True).encode()
        if inputs.setdefault(name, digest := hashlib.sha256(text).hexdigest()) != digest:
            raise DlsError(f"{path}: the sample {name} has another input in another epoch")
    return values, inputs


def _sample_scores(path: Path, sample: Mapping[str, Any], scores: Sequence[_Score]) -> tuple[float, ...] | None:
    if sample.get("error") is not None or sample.get("invalidation") is not None:
        return None
    numbers = tuple(_score_values(path, sample, scores))
    return numbers if len(numbers) == len(scores) else None


def _score_values(path: Path, sample: Mapping[str, Any], scores: Sequence[_Score]) -> Iterator[float]:
    entries = map_member(sample, "scores")
    for score in scores:
        if score.scorer not in entries and score.name not in entries:
            continue  # not scored
        value = map_member(entries, score.scorer if score.scorer in entries else score.name).get("value")
        if isinstance(value, dict):
            if score.name not in value:
                continue
            value = value[score.name]
        number = _LETTERS.get(value) if isinstance(value, str) else None
        number = finite_number(value) if number is None else number
        if number is None:
            text = f"the score {score.name} of sample {sample.get('id')} is {str(value)[:40]!r}"
            raise DlsError(f"{path}: {text}; wanted a number or a letter of C, I, P, N")
        yield number


def _record(name: str, epochs: Sequence[tuple[float, ...] | None] | None, size: int) -> LogRecord:
    """Return the record of an item: the means over its epochs; an epoch without scores leaves the item without."""
    complete = [scores for scores in epochs or () if scores is not None]
    if not complete or len(complete) < len(epochs or ()):
        return LogRecord(name, error=NO_ANSWER)
    return LogRecord(name, scores=tuple(sum(row[k] for row in complete) / len(complete) for k in range(size)))


def _expect_means(path: Path, scores: Sequence[_Score], records: Mapping[str, LogRecord]) -> None:
    answers = [record for record in records.values() if record.error is None]
    for place, score in enumerate(scores):
        mean = sum(record.scores[place] for record in answers) / max(len(answers), 1)
        if score.printed is not None and abs(mean - score.printed) > _CLOSE * max(1.0, abs(mean)):
            raise DlsError(f"{path}: {score.name} is {score.printed:g} in the results, and {mean:g} from the samples")


def _sampling(run: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of generation: the plan's, and over them the model's."""
    parts = map_member(map_member(header, "plan"), "config"), map_member(run, "model_generate_config")
    return {name: value for part in parts for name, value in part.items() if value is not None}


def _settings(
    run: Mapping[str, Any], header: Mapping[str, Any], dataset: Mapping[str, Any], config: Mapping[str, Any]
) -> dict[str, Any]:
    sampling = _sampling(run, header)
    entries = map_member(header, "results").get("scores")
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {
        "task_version": run.get("task_version"),
        "task_arguments": run.get("task_args"),
        "dataset": dataset.get("name"),
        "scorer": [(entry.get("name"), entry.get("scorer"), entry.get("params")) for entry in entries],
        "reducer": [entry.get("reducer") or "mean" for entry in entries],
        "generation": {name: sampling.get(name) for name in _SAMPLING},
        "version": map_member(run, "packages").get("inspect_ai"),
        "epochs": config.get("epochs"),
        "shuffled": dataset.get("shuffled"),
        "limit": config.get("limit"),
    }


def _day(value: Any) -> str | None:
    try:
        return datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError:
        return None
