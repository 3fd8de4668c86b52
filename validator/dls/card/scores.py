"""The scores that a card's repository prints beside the statement: in `model-index`, and in files of `.eval_results`.

Neither names the number of items, a unit or a direction, and an entry of `.eval_results` names no metric either.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dls.document.reader import Document, UnreadableDocument, read

FOLDER = ".eval_results"
MOST_FILES = 200
_INDEX = "/front_matter/model-index"


class CardScore(NamedTuple):
    """One printed score of the card's own model, as its texts stand.

    ``place`` names file and line where the score does not stand in the card; ``metric`` is None where none is named.
    ``origin`` is the address that a file of `.eval_results` gives as its source.
    """

    pointer: str
    place: str
    metric: str | None
    dataset: str
    config: str | None
    split: str | None
    revision: str | None
    source: str
    origin: str | None = None


def card_scores(card: Document, folder: Path) -> tuple[CardScore, ...]:
    """Return the scores of a card's front matter and of the files beside the card; a file that is no YAML has none."""
    return (*index_scores(card), *_of_files(folder))


def index_scores(card: Document) -> Iterator[CardScore]:
    """Yield the scores of the `model-index` in a card's front matter."""
    index = card.value.get("front_matter", {}).get("model-index")
    for i, entry in _entries(index):
        for j, result in _entries(entry.get("results")):
            for k, metric in _entries(result.get("metrics")):
                pointer = f"{_INDEX}/{i}/results/{j}/metrics/{k}/value"
                name = _text(metric.get("type")) or _text(metric.get("name"))
                yield from _score(card, pointer, pointer, "", name, result.get("dataset"))


def _of_files(folder: Path) -> Iterator[CardScore]:
    place = folder / FOLDER
    if not place.is_dir():
        return
    for path in sorted((*place.glob("*.yaml"), *place.glob("*.yml")))[:MOST_FILES]:
        try:
            file = read(path)
        except UnreadableDocument:
            continue
        yield from file_scores(file, f"{FOLDER}/{path.name}")


def file_scores(file: Document, name: str) -> Iterator[CardScore]:
    """Yield the scores of a file of `.eval_results`; ``name`` is for places."""
    for i, entry in _entries(file.value):
        line, source = f"{name}:{file.position(f'/{i}')[0]}", entry.get("source")
        origin = _text(source.get("url")) if isinstance(source, dict) else None
        scores: list[tuple[str, str | None]] = [] if "metrics" in entry else [(f"/{i}/value", None)]
        scores += [
            (f"/{i}/metrics/{k}/value", _text(metric.get("metric_id"))) for k, metric in _entries(entry.get("metrics"))
        ]
        for pointer, metric_id in scores:
            for score in _score(file, pointer, "/front_matter", line, metric_id, entry.get("dataset")):
                yield score._replace(origin=origin)


def _score(
    document: Document, value: str, pointer: str, place: str, metric: str | None, dataset: Any
) -> Iterator[CardScore]:
    data = dataset if isinstance(dataset, dict) else {}
    name, source = _text(data.get("id")) or _text(data.get("type")), document.source(value)
    if name is None or source is None:
        return
    config = _text(data.get("config")) or _text(data.get("task_id"))
    yield CardScore(pointer, place, metric, name, config, _text(data.get("split")), _text(data.get("revision")), source)


def _entries(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the mappings of a list with their indices."""
    if isinstance(value, list):
        yield from ((i, entry) for i, entry in enumerate(value) if isinstance(entry, dict))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
