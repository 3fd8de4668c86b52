"""`boundary.out_of_scope`: texts that one of a classifier's labels fits, beside texts that no label fits."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dls.errors import DlsError
from dls.probe import NO_SHOTS, Probe, Row
from dls.probes.shared import labels, variants
from dls.probes.shared.abstention import AbstentionRecord, abstains, abstention_measures, near_ties, p_abstain
from dls.probes.shared.data_files import field, only_from_file, row_error, sampled_rows
from dls.probes.shared.labels import NO_LABEL, LabelRecord
from dls.standard.numbers import LOWEST_NATS

ID = "boundary.out_of_scope"


class ScopeItem(msgspec.Struct, frozen=True):
    """A text with its label, or without one where only `abstain` fits it; `id` is its line's number."""

    id: str
    cluster: str
    text: str
    label: str
    abstain: str


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[ScopeItem, ...]:
    """Return ``n`` texts within the scope and ``n`` outside of it, in turn, each variant sampled by the seed.

    Each row has `text`, `label` (empty outside of the scope) and `abstain`. `abstain` is the same in all rows: the name
    of the label for texts that no other label fits.

    Raises:
        DlsError: a variant has fewer rows, or a row is not of this form.
    """
    item_at = {row["line"]: _item(row, rows[0]) for row in rows}
    within, beyond = (
        [row for row in rows if (item_at[row["line"]].label == NO_LABEL) is outside] for outside in (False, True)
    )
    if len(beyond) < n or len(within) < n:
        raise DlsError(
            f"{ID} was asked for {n} texts with a label and {n} without, "
            f"and its file has {len(within)} and {len(beyond)}; ask for fewer with --n"
        )
    # `variants.sampled_pairs` would use a column `pair`, and sample other texts than version 1.0
    return variants.items_of_pairs(
        zip(sampled_rows(ID, within, seed, n), sampled_rows(ID, beyond, seed, n), strict=True), item_at
    )


def _item(row: Row, first: Row) -> ScopeItem:
    label, abstain = field(row, "label", str), field(row, "abstain", str)
    if abstain == NO_LABEL or abstain != first.get("abstain"):
        raise row_error(
            row,
            f"has {abstain!r} as `abstain`, line {first['line']} {first.get('abstain')!r}; "
            "wanted the same name of a label in every row",
        )
    if label == abstain:
        raise row_error(row, f"has {label!r} as its label; leave that label empty")
    return ScopeItem(labels.line_id(row), "", labels.text_of(row), label, abstain)


Items = Sequence[ScopeItem]
Records = Sequence[LabelRecord]


def _failed(item: ScopeItem) -> LabelRecord:
    """Return the record of a model that abstains exactly where a label fits."""
    abstain, answer = (LOWEST_NATS, 0.0) if item.label == NO_LABEL else (0.0, LOWEST_NATS)
    return LabelRecord(item.id, {NO_LABEL: answer, item.abstain: abstain})


def _as_twin(item: ScopeItem, record: LabelRecord) -> AbstentionRecord:
    """Return the log-probabilities of all other labels and of abstaining."""
    answers = tuple(value for name, value in record.logprobs.items() if name != item.abstain)
    return AbstentionRecord(record.id, answers or (LOWEST_NATS,), record.logprobs.get(item.abstain, LOWEST_NATS))


def _of_scope(inputs: Callable[..., Any]) -> Callable[[Items, Records], Any]:
    """Turn inputs that take twins into inputs that take texts within the scope and outside of it."""
    return lambda items, records: inputs(items, list(map(_as_twin, items, records)))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Texts that none of a classifier's labels fits, beside texts that one fits: does it separate them?",
    items=only_from_file(ID, "texts with their labels"),
    record=LabelRecord,
    failed=_failed,
    shots=NO_SHOTS,
    measures=abstention_measures(_of_scope(p_abstain), _of_scope(abstains), _of_scope(near_ties)),
    from_rows=from_rows,
    file_form=(
        '{"text": "…", "label": "…", "abstain": "…"}, or CSV with these columns; `abstain` is the name of the label '
        "for texts that no other label fits, the same in every row; the label of such a text is empty"
    ),
)
