"""The samples beside a record of Every Eval Ever: one line for each item and result."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dls.canonical import canonical_json, sha256_hex
from dls.errors import DlsError
from dls.importing.average_log import AverageLog
from dls.importing.bounded_files import LineFile, day_of_seconds, finite_number, map_member, short_text
from dls.importing.pairing import NO_ANSWER
from dls.importing.task_log import LogFile, TaskLog
from dls.logs.log_record import LogRecord

MEMBER = "detailed_evaluation_results"
_TIME = "evaluation_timestamp"
_UNKNOWN = -1.0  # the score of an item without a level, where the record has such items
_CLOSE = 1e-6


class _Instance(NamedTuple):
    """One model's answer to an item, and the digest of what it was asked; the score is None without an answer."""

    score: float | None
    question: str


class RecordResult(NamedTuple):
    """A result as the record has it, and as an average."""

    content: Mapping[str, Any]
    log: AverageLog


def samples_path(path: Path, record: Mapping[str, Any]) -> Path | None:
    """Return the place of a record's samples: a file of that name beside the record. None where none is there."""
    name = short_text(map_member(record, MEMBER).get("file_path"))
    place = path.with_name(Path(name.replace("\\", "/")).name or path.name) if name else None
    return place if place is not None and place != path and place.is_file() else None


def sample_logs(path: Path, record: Mapping[str, Any], results: Sequence[RecordResult]) -> Iterator[TaskLog]:
    """Yield a log for each result that has samples.

    Args:
        path: of the samples.
        record: that names them.
        results: those that the record tells apart.

    Raises:
        DlsError: the file is another than the record says, a line is no sample, an item is there twice, or the samples
            do not give the record's score.
    """
    samples, file = _samples(path, record)
    for result in results:
        names = [result.log.task, str(result.content.get("evaluation_name"))]
        instances = next((samples[name] for name in names if name in samples), None)
        if instances is not None:
            day = day_of_seconds(result.content.get(_TIME) or record.get(_TIME))
            yield _log(path, result, instances, (result.log.file, file))._replace(started=day)


def _samples(path: Path, record: Mapping[str, Any]) -> tuple[dict[str, dict[str, _Instance]], LogFile]:
    file, samples, count = LineFile(path), dict[str, dict[str, _Instance]](), 0
    for number, row in file.rows():
        place, count = f"{path}:{number}", count + 1
        name, item = row.get("evaluation_result_id") or row.get("evaluation_name"), row.get("sample_id")
        if not (isinstance(name, str) and isinstance(item, str) and item):
            raise DlsError(f"{place}: the sample has no `sample_id`, or names no result")
        if row.get("evaluation_id") != record.get("evaluation_id"):
            raise DlsError(f"{place}: the sample has another `evaluation_id` than the record")
        instances = samples.setdefault(name, {})
        if item in instances:
            raise DlsError(f"{place}: the item {item[:60]!r} is there twice")
        instances[item] = _instance(row, place)
    _expect_file(path, map_member(record, MEMBER), file.entry(), count)
    return samples, file.entry()


def _instance(row: Mapping[str, Any], place: str) -> _Instance:
    question = map_member(row, "input")
    parts = {name: question.get(name) for name in ("raw", "reference", "choices")}
    digest = sha256_hex(canonical_json(parts))
    if row.get("error") is not None:
        return _Instance(None, digest)
    value = map_member(row, "evaluation").get("score")
    score = finite_number(value)
    if score is None:
        raise DlsError(f"{place}: the score is {str(value)[:40]!r}; wanted a finite number")
    return _Instance(score, digest)


def _expect_file(path: Path, detail: Mapping[str, Any], file: LogFile, count: int) -> None:
    """Compare a file with the number of rows and the digest that the record states."""
    rows, digest = detail.get("total_rows"), detail.get("checksum")
    if type(rows) is int and rows != count:
        raise DlsError(f"{path} holds {count} samples, and the record says {rows}; wanted all of them")
    if not isinstance(digest, str):
        return
    is_md5 = detail.get("hash_algorithm") == "md5"
    actual = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() if is_md5 else file.sha256
    if actual != digest.lower():
        raise DlsError(f"{path} has another digest than the record says, so it was edited")


def _log(
    path: Path, result: RecordResult, instances: Mapping[str, _Instance], files: tuple[LogFile, LogFile]
) -> TaskLog:
    log, content = result.log, result.content
    (name,) = log.averages
    is_unknown = map_member(content, "metric_config").get("has_unknown_level") is True
    records = {
        item: LogRecord(item, error=NO_ANSWER)
        if instance.score is None or (is_unknown and instance.score == _UNKNOWN)
        else LogRecord(item, scores=(instance.score,))
        for item, instance in instances.items()
    }
    _expect_score(path, log, name, records)
    return TaskLog(
        harness=log.harness,
        version=short_text(log.settings["format"]),
        task=log.task,
        filter=log.filter,
        on=log.on,
        of=None,  # a record states the size of a data set, and not that of its split
        asked=len(records),
        model=log.model,
        started=None,
        settings=log.settings,
        names=[name],
        directions={name: log.averages[name].direction},
        choices=False,
        records=records,
        files=files,
        inputs={item: instance.question for item, instance in instances.items()},
    )


def _expect_score(path: Path, log: AverageLog, name: str, records: Mapping[str, LogRecord]) -> None:
    """Compare the record's score and its n with those of the samples."""
    average, answers = log.averages[name], [record for record in records.values() if record.error is None]
    if average.n is not None and average.n != len(records):
        raise DlsError(f"{path} holds {len(records)} items of {log.task}, and the record says {average.n}")
    mean = sum(record.scores[0] for record in answers) / max(len(answers), 1)
    decimals = average.text.partition(".")[2]
    rounding = 0.5 * 10.0 ** -len(decimals) if decimals.isdigit() and decimals != "0" else 0.0
    if abs(mean - float(average.text)) > max(rounding, _CLOSE * max(1.0, abs(mean))):
        raise DlsError(f"{path}: {name} of {log.task} is {average.text} in the record, and {mean:g} from the samples")
