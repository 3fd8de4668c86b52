"""Items that the teacher got right and the student did not, made again from the seed, with both answers."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from dls.evidence.records import RecordedRun
from dls.measuring.measure import unit_rows
from dls.measuring.sample import MEANS
from dls.model import Claim
from dls.page.view import LostItem, LostItems
from dls.probe import Measure
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord, choice_answer
from dls.probes.shared.whole_answers import TextPair, WholeAnswer
from dls.standard.registry import Metric

MOST = 3
_LONGEST = 600  # characters of a question or an answer
_QUESTION_PARTS = ("system", "context", "question", "prompt", "text")
_RIGHT = ("answer", "secret")


def lost_items_of(claim: Claim, metric: Metric | None, run: RecordedRun) -> LostItems | None:
    """Return the items on which a claim's loss is largest; None where the metric has no value for each unit.

    Of a choice only items count that the teacher chose right and the student wrong.
    """
    measure = next((entry for entry in run.probe.measures if entry.metric == claim.metric), None)
    if metric is None or not isinstance(measure, Measure) or not {"teacher", "student"} <= set(run.records):
        return None
    losses = _losses(metric, measure, run)
    if losses is None:
        return None
    size = len(run.items) // len(losses)
    order = [unit for unit in np.argsort(-losses, kind="stable").tolist() if _is_turned(losses[unit], unit, size, run)]
    examples = tuple(_item(run, unit, size) for unit in _of_different_kinds(order, size, run))
    return LostItems(
        claim=claim.id, title=metric.title, probe=run.probe.id, count=len(order), units=len(losses), examples=examples
    )


def _of_different_kinds(order: Sequence[int], size: int, run: RecordedRun) -> list[int]:
    """Return the first units of an order, each of another kind of question as long as there are other kinds."""
    kinds = {unit: getattr(run.items[unit * size], "kind", unit) for unit in order}
    firsts = dict(reversed([(kinds[unit], unit) for unit in order]))  # the first unit of each kind
    return sorted(order, key=lambda unit: firsts[kinds[unit]] != unit)[:MOST]


def _losses(metric: Metric, measure: Measure, run: RecordedRun) -> Any:
    """Return each unit's loss, [units]; None for a statistic of all units, and where units are not items in order."""
    if metric.kind not in MEANS:
        return None
    values = [unit_rows(measure, run.items, run.records[arm]) for arm in ("teacher", "student")]
    teacher, student = (np.array(rows, dtype=np.float64) for rows in values)
    is_whole = len(teacher) == len(run.items) or (measure.unit == "cluster" and 2 * len(teacher) == len(run.items))
    if teacher.ndim != 1 or not is_whole or metric.direction not in ("higher", "lower"):
        return None
    return (teacher - student) if metric.direction == "higher" else (student - teacher)


def _is_turned(loss: float, unit: int, size: int, run: RecordedRun) -> bool:
    if loss <= 0:
        return False
    item = run.items[unit * size]
    teacher, student = run.records["teacher"][unit * size], run.records["student"][unit * size]
    if isinstance(item, ChoiceItem) and isinstance(teacher, ChoiceRecord) and isinstance(student, ChoiceRecord):
        return choice_answer(item, teacher).correct > choice_answer(item, student).correct
    return True


def _item(run: RecordedRun, unit: int, size: int) -> LostItem:
    """Return a unit's item; of a contrast pair the first item on which the two models answer differently."""
    places = range(unit * size, (unit + 1) * size)
    place = next((i for i in places if _answers(run, i)[0] != _answers(run, i)[1]), places[0])
    item = run.items[place]
    teacher, student = _answers(run, place)
    return LostItem(
        id=item.id,
        question=tuple(_question(item)),
        right=_right(item),
        teacher=_short(teacher),
        student=_short(student),
    )


def _answers(run: RecordedRun, place: int) -> tuple[str, str]:
    item = run.items[place]
    teacher, student = (answer_text(item, run.records[arm][place]) for arm in ("teacher", "student"))
    return teacher, student


def _question(item: Any) -> Iterator[tuple[str, str]]:
    if isinstance(item, ChoiceItem):
        yield "question", _short(item.prompt())
        return
    nested = [entry for name in item.__struct_fields__ if isinstance(entry := getattr(item, name), msgspec.Struct)]
    for source in (item, *nested):
        for name in _QUESTION_PARTS:
            text = getattr(source, name, None)
            if isinstance(text, str) and text:
                yield name, _short(text)


def _right(item: Any) -> str | None:
    if isinstance(item, ChoiceItem):
        return item.options[item.answer]
    values = (getattr(item, name, None) for name in _RIGHT)
    return next((_short(str(value)) for value in values if isinstance(value, str | int)), None)


def answer_text(item: Any, record: Any) -> str:
    """Return a record's answer as a reader understands it: the chosen option, the texts, or the numbers."""
    if isinstance(item, ChoiceItem) and isinstance(record, ChoiceRecord):
        answer = choice_answer(item, record)
        return f"{item.options[answer.choice]} (confidence {answer.confidence:.2f})"
    texts = [*_texts(record)]
    return " / ".join(texts) if texts else _numbers(record)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a record, in the order of its members."""
    if isinstance(value, WholeAnswer):
        yield _ending(value.text, ended=value.ended)
    elif isinstance(value, TextPair):
        yield f"greedy: {_ending(value.greedy.text, ended=value.greedy.ended)}"
        yield f"sampled: {_ending(value.sampled.text, ended=value.sampled.ended)}"
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if name != "id":
                yield from _texts(getattr(value, name))
    elif isinstance(value, str):
        yield value or "(nothing)"
    elif isinstance(value, Sequence):
        yield from (text for entry in value if isinstance(entry, str | msgspec.Struct) for text in _texts(entry))


def _ending(text: str, *, ended: bool) -> str:
    return (text or "(nothing)") if ended else f"{text} … (did not end)"


def _numbers(record: Any) -> str:
    members = {name: getattr(record, name) for name in record.__struct_fields__ if name != "id"}
    return msgspec.json.encode(members).decode()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
