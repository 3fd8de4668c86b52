"""Read a samples file of lm-evaluation-harness: one line for each item and filter."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.errors import DlsError
from dls.importing.bounded_files import LazyObject, LineFile, finite_number
from dls.importing.task_log import LogFile
from dls.logs.log_record import LogRecord
from dls.probes.shared.choice import softmax

_COMMON = frozenset(
    {
        *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
        *("doc_hash", "prompt_hash", "target_hash", "task_name", "schema_version"),
    }
)
_NO_FILTER = "none"


class FilteredSamples(NamedTuple):
    """The records of one filter, by id of the item, and the names of their scores.

    ``notes`` say which values of the samples are no numbers.
    """

    records: Mapping[str, LogRecord]
    names: Sequence[str]
    choices: bool
    notes: Sequence[str]

    def mean(self, metric: str, *, is_mean: bool) -> float | None:
        """Return the average that the harness prints for a metric; None where it does not follow from the records."""
        records = [record for record in self.records.values() if record.error is None]
        if metric in self.names and is_mean and records:
            place = self.names.index(metric)
            return sum(record.scores[place] for record in records) / len(records)
        if self.choices and metric == "acc":
            return sum(_is_right(record) for record in records) / len(records)
        if self.choices and metric == "brier_score":
            return sum(map(_brier, records)) / len(records)
        return None


class _Sample(NamedTuple):
    """A line as far as it is kept: the option scores or none, and every value of a metric that is a number."""

    logprobs: tuple[float, ...]
    answer: int
    scores: Mapping[str, float]
    texts: Sequence[str]  # metrics whose value is no number


def read_samples(path: Path, *, is_choice: bool) -> tuple[dict[str, FilteredSamples], LogFile]:
    """Return the samples by filter, and the file's entry.

    Args:
        path: of the file.
        is_choice: whether the task scores options.

    Raises:
        DlsError: a line is no sample, has no `doc_hash` or another than its document's, or is there twice.
    """
    file = LineFile(path)
    by_filter: dict[str, dict[str, _Sample]] = {}
    times: Counter[tuple[str, str]] = Counter()  # of a document, which a data set may hold twice
    positions: set[tuple[str, str]] = set()
    for number, row in file.lazy_rows():
        place, name = f"{path}:{number}", str(row.get("filter") or _NO_FILTER)
        digest, position = _doc_hash(row, place), (name, str(row.get("doc_id")))
        if position in positions:
            raise DlsError(f"{place}: the item {position[1]} is there twice")
        positions.add(position)
        times[name, digest] += 1
        occurrence = times[name, digest]
        item = digest if occurrence == 1 else f"{digest}#{occurrence}"
        by_filter.setdefault(name, {})[item] = _sample(row, place, is_choice=is_choice)
    if not by_filter:
        raise DlsError(f"{path} holds no samples")
    return {name: _filtered(samples, str(path)) for name, samples in by_filter.items()}, file.entry()


def _doc_hash(row: LazyObject, place: str) -> str:
    """Return the digest of the item's document, made again where the document is there."""
    digest = row.get("doc_hash")
    if not isinstance(digest, str) or "doc_id" not in row:
        raise DlsError(f"{place}: the sample has no `doc_hash` by which items are joined; run lm-eval 0.4.3 or later")
    if "doc" in row and digest not in _document_digests(row):
        raise DlsError(f"{place}: the document has another digest than its `doc_hash`, so it was edited")
    return digest


def _document_digests(row: LazyObject) -> Iterator[str]:
    """Yield the digest of a document as its own text stands, indented, and then that of the harness's spelling."""
    yield hashlib.sha256(msgspec.json.format(row.text("doc"), indent=2)).hexdigest()
    text = json.dumps(row.get("doc"), indent=2, ensure_ascii=False)
    yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sample(row: LazyObject, place: str, *, is_choice: bool) -> _Sample:
    members, scores, texts = row.get("metrics"), dict[str, float](), list[str]()
    for name in members if isinstance(members, list) else row.names - _COMMON:
        value = row.get(str(name))
        number = finite_number(value)
        if number is not None:
            scores[str(name)] = number
        elif isinstance(value, str) and value.strip("+-").lower() in ("nan", "inf", "infinity"):
            raise DlsError(f"{place}: {name} is {value}; wanted a finite number")
        else:
            texts.append(str(name))
    logprobs, answer = _options(row, place) if is_choice else ((), -1)
    return _Sample(logprobs, answer, scores, tuple(texts))


def _options(row: LazyObject, place: str) -> tuple[tuple[float, ...], int]:
    """Return the log-probability of each option and the index of the right one; none where the target is no index."""
    responses, target = row.get("filtered_resps"), finite_number(row.get("target"))
    if target is None or not isinstance(responses, list) or not 0 <= target < len(responses) or target % 1:
        return (), -1
    try:
        values = tuple([float(value) for value, _is_greedy in responses])
    except (TypeError, ValueError):
        values = (math.nan,)
    if not (math.isfinite(sum(values)) and max(values) <= 0):
        raise DlsError(f"{place}: an option has no finite log-probability of at most 0")
    return values, int(target)


def _filtered(entries: Mapping[str, _Sample], place: str) -> FilteredSamples:
    choices = all(sample.logprobs for sample in entries.values())
    texts = frozenset(name for sample in entries.values() for name in sample.texts)
    numeric = frozenset(name for sample in entries.values() for name in sample.scores)
    if choices:
        _expect_choices(entries, place)
    names = tuple(sorted(numeric - ({"acc", "brier_score"} if choices else set())))
    if not names and not choices:
        raise DlsError(f"{place}: no item has a score that is a number")
    records = {name: _record(name, sample, names, choices=choices) for name, sample in entries.items()}
    notes = [f"{name} is no number in the samples." for name in sorted(texts - numeric)]
    return FilteredSamples(records, names, choices, () if choices else notes)


def _record(name: str, sample: _Sample, names: Sequence[str], *, choices: bool) -> LogRecord:
    if any(score not in sample.scores for score in names):
        return LogRecord(name, error="the item has no score")
    scores = tuple(sample.scores[score] for score in names)
    return LogRecord(name, sample.answer, (sample.logprobs,), scores) if choices else LogRecord(name, scores=scores)


def _expect_choices(samples: Mapping[str, _Sample], place: str) -> None:
    """Compare each item's `acc` with the option that has the highest log-probability."""
    for name, sample in samples.items():
        is_right = max(sample.logprobs) == sample.logprobs[sample.answer]
        if sample.scores.get("acc") == 1.0 and not is_right:
            raise DlsError(f"{place}: the item {name} counts as right, and another option has a higher probability")


def _is_right(record: LogRecord) -> bool:
    values = record.logprobs[0]
    return values.index(max(values)) == record.answer


def _brier(record: LogRecord) -> float:
    shares = softmax(record.logprobs[0])
    return sum((share - (k == record.answer)) ** 2 for k, share in enumerate(shares))
