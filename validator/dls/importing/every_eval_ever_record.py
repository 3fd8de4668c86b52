"""Read a record of Every Eval Ever, versions 0.1 to 0.3: one model's averages, and the samples beside them."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dls.canonical import canonical_json, sha256_hex
from dls.errors import DlsError
from dls.importing.average_log import Average, AverageLog, RunLogs
from dls.importing.bounded_files import day_of_seconds, finite_number, map_member, read_json, short_text
from dls.importing.every_eval_ever_samples import MEMBER, RecordResult, sample_logs, samples_path
from dls.importing.task_log import LogFile
from dls.model import On, SourceDocument

HARNESS = "eee"
_VERSION = re.compile(r"0\.[123]\.[0-9]{1,3}")
_WORD = re.compile(r"[A-Za-z0-9_.@/-]{1,80}")
_SCORE = "score"


def read_every_eval_ever(path: Path) -> RunLogs:
    """Return the averages of a record, and the samples of the file that it names, where that lies beside it.

    Results that the record does not tell apart are left out, with a note.

    Raises:
        DlsError: the file is no record of a version that this release reads, a score is no finite number, or record and
            samples contradict each other.
    """
    if path.suffix == ".jsonl":
        raise DlsError(f"{path} holds samples alone; name the record of the run, which says how they were scored")
    record, file = read_json(path)
    version, results = record.get("schema_version"), record.get("evaluation_results")
    if not (isinstance(version, str) and _VERSION.fullmatch(version)):
        raise DlsError(f"{path} has the schema_version {str(version)[:40]}; this release reads 0.1 to 0.3")
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise DlsError(f"{path} has no list `evaluation_results`")
    entries = [RecordResult(entry, _log(path, record, entry, file)) for entry in results]
    times = Counter(entry.log.key for entry in entries)
    repeated = sum(count for count in times.values() if count > 1)
    unique = [entry for entry in entries if times[entry.log.key] == 1]
    notes, place = [], samples_path(path, record)
    if repeated:
        notes.append(f"{file.name}: {repeated} results are left out, since the record does not tell them apart.")
    if record.get(MEMBER) and place is None:
        notes.append(f"{file.name} names a file of samples, which is not beside it; its averages are taken.")
    logs = list(sample_logs(place, record, unique)) if place is not None else []
    return RunLogs(logs, [entry.log for entry in unique], notes)


def _log(path: Path, record: Mapping[str, Any], result: Mapping[str, Any], file: LogFile) -> AverageLog:
    source, config, details = (
        map_member(result, "source_data") or map_member(record, "source_data"),
        map_member(result, "metric_config"),
        map_member(result, "score_details"),
    )
    name, task = _metric_name(config), str(result.get("evaluation_result_id") or result.get("evaluation_name"))[:200]
    score = finite_number(details.get("score"))
    if score is None or isinstance(details.get("score"), bool):
        raise DlsError(f"{path}: the score of {task!r} is {str(details.get('score'))[:40]!r}; wanted a finite number")
    on, library = _on(source, task), map_member(record, "eval_library")
    ids = source.get("sample_ids")
    return AverageLog(
        harness=HARNESS,
        task=task,
        filter=name,
        on=on,
        model=short_text(map_member(record, "model_info").get("id"))
        or short_text(map_member(record, "model_info").get("name")),
        settings={
            "dataset": on,
            "metric": {key: config.get(key) for key in ("metric_id", "lower_is_better", "min_score", "max_score")},
            "library": (library.get("name"), library.get("version")),
            "source": map_member(record, "source_metadata").get("source_name"),
            "generation": result.get("generation_config"),
            "format": record.get("schema_version"),
        },
        averages={name: Average(repr(score), _size(details), *_direction_and_range(config))},
        items=sha256_hex(canonical_json(ids)) if isinstance(ids, list) and ids else None,
        file=file,
        document=_document(record, file),
    )


def _metric_name(config: Mapping[str, Any]) -> str:
    """Return the id or the kind of a metric, or the single word that describes it; never a word out of a sentence."""
    for member in ("metric_id", "metric_kind", "evaluation_description"):
        text = config.get(member)
        if isinstance(text, str) and _WORD.fullmatch(text) and not (member == "metric_id" and "/" in text):
            return text
    return _SCORE


def _on(source: Mapping[str, Any], task: str) -> On:
    return On(
        dataset=short_text(source.get("hf_repo")) or short_text(source.get("dataset_name")) or f"{HARNESS}:{task}",
        split=short_text(source.get("hf_split")),
        slice=task,
    )


def _size(details: Mapping[str, Any]) -> int | None:
    """Return the number of scored items that the uncertainty states; the size of the data set is another number."""
    size = map_member(details, "uncertainty").get("num_samples")
    return size if type(size) is int and size > 0 else None


def _direction_and_range(config: Mapping[str, Any]) -> tuple[Any, float | None, float | None]:
    is_lower = config.get("lower_is_better")
    direction = "neutral" if not isinstance(is_lower, bool) else "lower" if is_lower else "higher"
    return direction, finite_number(config.get("min_score")), finite_number(config.get("max_score"))


def _document(record: Mapping[str, Any], file: LogFile) -> SourceDocument:
    metadata = map_member(record, "source_metadata")
    identifier = short_text(record.get("evaluation_id")) or file.name
    return SourceDocument(
        title=short_text(metadata.get("source_name"))
        or short_text(metadata.get("source_organization_name"))
        or file.name,
        version=f"Every Eval Ever {record.get('schema_version')}, {identifier}"[:300],
        table="evaluation_results",
        row="each result by its name, column score",
        retrieved_on=day_of_seconds(record.get("retrieved_timestamp")),
    )
