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
    """

    pointer: str
    place: str
    metric: str | None
    dataset: str
    config: str | None
    split: str | None
    revision: str | None
    source: str


def card_scores(card: Document, folder: Path) -> tuple[CardScore, ...]:
    """Return the scores of a card's front matter and of the files beside the card; a file that is no YAML has none."""
    return (*_of_index(card), *_of_files(folder))


def _of_index(card: Document) -> Iterator[CardScore]:
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
        for i, entry in _entries(file.value):
            line = f"{FOLDER}/{path.name}:{file.position(f'/{i}')[0]}"
            if "metrics" not in entry:
                yield from _score(file, f"/{i}/value", "/front_matter", line, None, entry.get("dataset"))
            for k, metric in _entries(entry.get("metrics")):
                name = _text(metric.get("metric_id"))
                pointer = f"/{i}/metrics/{k}/value"
                yield from _score(file, pointer, "/front_matter", line, name, entry.get("dataset"))


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
