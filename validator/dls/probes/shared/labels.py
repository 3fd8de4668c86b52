"""Texts with one label each, a classifier's distribution over its labels, and the numbers that probes measure."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from dls.probe import LogProbability, Row
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord
from dls.probes.shared.data_files import field, row_error, sampled_items
from dls.standard.numbers import LOWEST_NATS

NO_LABEL = ""
"""The choice on an item that ended in an error: no label, and so a wrong one."""
ROUNDING = 1e-3  # by which the sum of all labels' probabilities may miss 1
FILE_FORM = (
    '{"text": "…", "label": "…"}, or CSV with the columns text and label; '
    "a label is one of the names in both models' id2label"
)
"""The rows of a data file."""


class LabelledItem(msgspec.Struct, frozen=True):
    """A text and its right label; `id` is its line's number."""

    id: str
    text: str
    label: str


class LabelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log-probability, in nats, of every label of the model, by its name."""

    id: str
    logprobs: Mapping[str, LogProbability]

    def __post_init__(self) -> None:
        """Refuse values that are no distribution: a classifier has two or more labels, which share all of the mass."""
        total = sum(map(math.exp, self.logprobs.values()))
        if len(self.logprobs) < 2 or abs(total - 1) > ROUNDING:  # noqa: PLR2004  a choice needs two
            raise ValueError(f"{len(self.logprobs)} labels share the probability {total:.4g}; two or more share 1")


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[LabelledItem, ...]:
    """Return ``n`` items of a file with the fields `text` and `label`, sampled by the seed; each row is checked.

    A text that the file repeats counts once, with the label of its first row.

    Raises:
        DlsError: there are fewer different texts, or a row is not of this form.
    """
    return sampled_items(probe, rows, seed, n, _item_of_row, "text")


def _item_of_row(row: Row) -> LabelledItem:
    return LabelledItem(line_id(row), text_of(row), _label_of(row))


def line_id(row: Row) -> str:
    """Return the id of a row's item: the number of its line."""
    return f"{row['line']:06d}"


def text_of(row: Row) -> str:
    """Return a row's text, unchanged.

    Raises:
        DlsError: it has none, or a blank one.
    """
    text: str = field(row, "text", str)
    if not text.strip():
        raise row_error(row, "has a blank text, which has no right label; leave it out")
    return text


def _label_of(row: Row) -> str:
    """Return a row's label: a name, or for a number k the name LABEL_k of models without names of their own."""
    if isinstance(row.get("label"), int) and not isinstance(row["label"], bool):
        return f"LABEL_{row['label']}"
    label: str = field(row, "label", str)
    if label == NO_LABEL:
        raise row_error(row, "has no label; texts that no label fits are for boundary.out_of_scope")
    return label


def failed(item: LabelledItem) -> LabelRecord:
    """Return the worst record: all of the mass lies on no label (the right one has e^−50)."""
    return LabelRecord(item.id, {NO_LABEL: 0.0, item.label: LOWEST_NATS})


Items = Sequence[LabelledItem]
Records = Sequence[LabelRecord]


def over_choices(inputs: Callable[..., Any]) -> Callable[..., Any]:
    """Return the inputs of questions with options as those of labelled texts: a model's labels are its options.

    They stand in the order of their names, so that no number depends on the order of a model's outputs.
    """

    def of_labels(items: Items, *arms: Records) -> Any:
        names = [sorted({item.label}.union(*(arm[i].logprobs for arm in arms))) for i, item in enumerate(items)]
        choices = [_choice(item, labels) for item, labels in zip(items, names, strict=True)]
        answers = [[_answer(record, labels) for record, labels in zip(arm, names, strict=True)] for arm in arms]
        return inputs(choices, *answers)

    return of_labels


def _choice(item: LabelledItem, labels: Sequence[str]) -> ChoiceItem:
    return ChoiceItem(item.id, "label", 1, "", item.text, tuple(labels), labels.index(item.label))


def _answer(record: LabelRecord, labels: Sequence[str]) -> ChoiceRecord:
    return ChoiceRecord(record.id, (tuple(record.logprobs.get(label, LOWEST_NATS) for label in labels),))


def prediction_and_label(items: Items, records: Records) -> list[tuple[float, float]]:
    """Return (predicted class, right class) of each item, classes numbered in the order of their names."""
    predictions = [top(record) for record in records]
    number = {name: float(i) for i, name in enumerate(sorted({*predictions, *(item.label for item in items)}))}
    return [(number[label], number[item.label]) for label, item in zip(predictions, items, strict=True)]


def top(record: LabelRecord) -> str:
    """Return the label with the highest probability, the first by name of equals."""
    return max(sorted(record.logprobs), key=lambda name: record.logprobs[name])
