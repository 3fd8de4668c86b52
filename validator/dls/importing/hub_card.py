"""Read the results that a model's repository on a hub prints: `model-index` of its card, and files of `.eval_results`.

Neither form has a number of items, a direction or an interval, and an entry of `.eval_results` names no metric.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dls.card.front_matter import read_front_matter
from dls.card.layout import card_text
from dls.card.model_names import same_model
from dls.card.scores import FOLDER, MOST_FILES, CardScore, file_scores, index_scores
from dls.document.node import Node
from dls.document.reader import Document, contents, parse
from dls.errors import DlsError
from dls.importing.average_log import Average, AverageLog, RunLogs
from dls.importing.bounded_files import finite_numeral
from dls.importing.task_log import LogFile
from dls.model import On, SourceDocument

HARNESS = "hf"
_CARD = "README.md"
_INDEX = "model-index"
_VALUE = "value"
"""The name of a score whose source names no metric."""
_REPOSITORY = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)/?(?:[?#].*)?")
_OWNERS_OF_OTHERS = ("datasets/", "spaces/", "papers/", "docs/", "blog/")


def read_hub_card(path: Path) -> RunLogs:
    """Return the averages of a model's card, of a file of `.eval_results`, or of a repository's folder with both.

    Scores that a source does not tell apart are left out, with a note.

    Raises:
        DlsError: there are none, a file cannot be read, a score is no number, or it is copied from another model.
    """
    files = _files(path)
    logs = [log for file in files for log in _logs(file, path)]
    if not logs:
        raise DlsError(f"{path} prints no results; wanted a `{_INDEX}` in a card, or files in {FOLDER}")
    times = Counter((log.key, name) for log in logs for name in log.averages)
    repeated = sum(count for count in times.values() if count > 1)
    note = f"{path.name}: {repeated} results are left out, since the card does not tell them apart."
    logs = [log for log in logs if all(times[log.key, name] == 1 for name in log.averages)]
    return RunLogs((), logs, [note] if repeated else [])


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    folder = path if path.name == FOLDER else path / FOLDER
    results = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))[:MOST_FILES]
    return [card for card in (path / _CARD,) if card.is_file()] + results


def _logs(path: Path, place: Path) -> Iterator[AverageLog]:
    data = contents(path)
    file = LogFile(path, hashlib.sha256(data).hexdigest(), len(data))
    model, scores = _scores(data, path)
    model = model or _repository_name(place)
    for score in scores:
        value, origin = finite_numeral(score.source), _REPOSITORY.fullmatch(score.origin or "")
        if value is None:
            text = f"{score.metric or _VALUE} of {score.dataset} is {score.source[:40]!r}"
            raise DlsError(f"{path}: {text}; wanted a finite number")
        if origin and model and not f"{origin[1]}/".startswith(_OWNERS_OF_OTHERS) and not same_model(origin[1], model):
            raise DlsError(
                f"{path}: the result on {score.dataset} is copied from the card of {origin[1]}, another model than "
                f"{model}; name that model's card"
            )
        yield _log(score, model, file)


def _scores(data: bytes, path: Path) -> tuple[str | None, Sequence[CardScore]]:
    """Return the name of the model where the file has it, and the scores."""
    is_yaml = path.suffix.lower() in (".yaml", ".yml")
    front = parse(data, str(path)) if is_yaml else read_front_matter(card_text(data, str(path))).document
    if isinstance(front.value, list):
        return None, tuple(file_scores(front, path.name))
    card = Document(front.path, {"front_matter": front.value}, Node(1, 1, None, {"front_matter": front.root}))
    return _index_name(card), tuple(index_scores(card))


def _index_name(card: Document) -> str | None:
    match card.value:
        case {"front_matter": {"model-index": [{"name": str(name)}, *_]}} if name:
            return name[:300]
    return None


def _repository_name(place: Path) -> str | None:
    """Return the name of the folder of a repository."""
    folder = (place if place.is_dir() else place.parent).resolve()
    return (folder.parent if folder.name == FOLDER else folder).name or None


def _log(score: CardScore, model: str | None, file: LogFile) -> AverageLog:
    on = On(dataset=score.dataset[:300], config=score.config, split=score.split, revision=score.revision)
    name = (score.metric or _VALUE)[:100]
    return AverageLog(
        harness=HARNESS,
        task="/".join(part for part in (on.dataset, on.config, on.split) if part),
        filter=name,
        on=on,
        model=model,
        settings={"dataset": on, "source": score.origin},
        averages={name: Average(score.source)},
        items=None,
        file=file,
        document=SourceDocument(
            title=f"{file.name} of {model or 'the model'}"[:300],
            version=f"sha256 {file.sha256}",
            table=_INDEX if file.name.lower().endswith(".md") or not score.place else FOLDER,
            row="each result by its data set and metric",
        ),
    )
