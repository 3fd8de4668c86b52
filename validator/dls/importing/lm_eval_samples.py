"""Read a samples file of lm-evaluation-harness: one line for each item and filter."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.errors import DlsError
from dls.importing.bounded_files import LineFile, finite_number, finite_numeral
from dls.importing.lm_eval_lines import SampleLine, sample_lines
from dls.importing.task_log import LogFile
from dls.logs.log_record import LogRecord
from dls.probe import MOST_NATS
from dls.probes.shared.choice import softmax

_MOST_NUMBERS = 20_000_000
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
        is_choice: whether the harness scores an item by the most probable of its options.

    Raises:
        DlsError: a line is no sample, has no `doc_hash` or another than its document's, or is there twice.
    """
    file = LineFile(path)
    by_filter: dict[str, dict[str, _Sample]] = {}
    times: dict[tuple[str, str], int] = {}  # of a document, which a data set may hold twice
    positions: set[tuple[str, str]] = set()
    size = 0
    for number, row in sample_lines(file, is_choice=is_choice):
        place, name = f"{path}:{number}", str(row.filter or _NO_FILTER)
        digest, position = _doc_hash(row, place), (name, str(row.doc_id))
        if position in positions:
            raise DlsError(f"{place}: the item {position[1]} is there twice")
        positions.add(position)
        times[name, digest] = occurrence = times.get((name, digest), 0) + 1
        item = digest if occurrence == 1 else f"{digest}#{occurrence}"
        by_filter.setdefault(name, {})[item] = sample = _sample(row, place, is_choice=is_choice)
        size += len(sample.logprobs) + len(sample.scores)
        if size > _MOST_NUMBERS:
            raise DlsError(f"{place}: the file holds more than {_MOST_NUMBERS} numbers; it is not read")
    if not by_filter:
        raise DlsError(f"{path} holds no samples")
    return {name: _filtered(samples, str(path)) for name, samples in by_filter.items()}, file.entry()


def _doc_hash(row: SampleLine, place: str) -> str:
    """Return the digest of the item's document, made again where the document is there."""
    digest = row.doc_hash
    if not isinstance(digest, str) or row.doc_id is None:
        raise DlsError(f"{place}: the sample has no `doc_hash` by which items are joined; run lm-eval 0.4.3 or later")
    if row.doc and digest not in _document_digests(row.doc):
        raise DlsError(f"{place}: the document has another digest than its `doc_hash`, so it was edited")
    return digest


def _document_digests(document: bytes) -> Iterator[str]:
    """Yield the digest of a document as its own text stands, indented, and then that of the harness's spelling."""
    yield hashlib.sha256(msgspec.json.format(document, indent=2)).hexdigest()
    text = json.dumps(msgspec.json.decode(document), indent=2, ensure_ascii=False)
    yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sample(row: SampleLine, place: str, *, is_choice: bool) -> _Sample:
    scores: dict[str, float] = {}
    texts: list[str] = []
    for name, value in row.scores.items():
        number = value if type(value) is float else finite_number(value)  # JSON has no infinite one
        if number is not None:
            scores[name] = number
        elif isinstance(value, str) and value.strip("+-").lower() in ("nan", "inf", "infinity"):
            raise DlsError(f"{place}: {name} is {value}; wanted a finite number")
        else:
            texts.append(name)
    logprobs, answer = _options(row, place) if is_choice else ((), -1)
    return _Sample(logprobs, answer, scores, texts)


def _options(row: SampleLine, place: str) -> tuple[tuple[float, ...], int]:
    """Return the log-probability of each option and the index of the right one; none where the target is no index."""
    responses, target = row.filtered_resps, finite_numeral(row.target)
    if target is None or not isinstance(responses, list) or not 0 <= target < len(responses) or target % 1:
        return (), -1
    try:
        values = tuple([float(value) for value, _is_greedy in responses])
    except (TypeError, ValueError):
        values = (math.nan,)
    if not (math.isfinite(sum(values)) and min(values) >= -MOST_NATS and max(values) <= 0):
        raise DlsError(f"{place}: an option has no finite log-probability of at most 0, from {-MOST_NATS:g} on")
    return values, int(target)


def _filtered(entries: Mapping[str, _Sample], place: str) -> FilteredSamples:
    choices = all(sample.logprobs for sample in entries.values())
    texts = frozenset(name for sample in entries.values() for name in sample.texts)
    numeric = frozenset(name for sample in entries.values() for name in sample.scores)
    names = tuple(sorted(numeric - ({"acc", "brier_score"} if choices else set())))
    if not names and not choices:
        raise DlsError(f"{place}: no item has a score that is a number")
    records = {name: _record(name, sample, names, choices=choices) for name, sample in entries.items()}
    if choices:
        _expect_choices(entries, place)
    notes = [f"{name} is no number in the samples." for name in sorted(texts - numeric)]
    return FilteredSamples(records, names, choices, () if choices else notes)


def _record(name: str, sample: _Sample, names: Sequence[str], *, choices: bool) -> LogRecord:
    try:
        scores = tuple([sample.scores[score] for score in names])
    except KeyError:
        return LogRecord(name, error="the item has no score")
    return LogRecord(name, sample.answer, (sample.logprobs,), scores) if choices else LogRecord(name, scores=scores)


def _expect_choices(samples: Mapping[str, _Sample], place: str) -> None:
    """Compare each item's `acc` with the option that has the highest log-probability."""
    for name, sample in samples.items():
        if sample.scores.get("acc") == 1.0 and max(sample.logprobs) != sample.logprobs[sample.answer]:
            raise DlsError(f"{place}: the item {name} counts as right, and another option has a higher probability")


def _is_right(record: LogRecord) -> bool:
    values = record.logprobs[0]
    return values.index(max(values)) == record.answer


def _brier(record: LogRecord) -> float:
    shares = softmax(record.logprobs[0])
    return sum((share - (k == record.answer)) ** 2 for k, share in enumerate(shares))
