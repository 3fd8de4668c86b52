"""Items with four written-out options from a data file."""

from collections.abc import Sequence

from dls.probe import Row
from dls.probes.shared import variants
from dls.probes.shared.choice import ChoiceItem
from dls.probes.shared.choice_forms import choice_rows
from dls.probes.shared.data_files import distinct_rows, field, row_error, sampled_rows
from dls.probes.shared.questions import OPTIONS

FILE_FORM = (
    '{"question": "…", "options": ["…", "…", "…", "…"], "answer": 0}, `answer` counted from 0 or a letter from A, and '
    'perhaps a "context"; or the columns of MMLU, ARC or HellaSwag'
)
"""The rows of a data file."""


def items_from_rows(probe: str, rows: Sequence[Row], seed: int, n: int) -> tuple[ChoiceItem, ...]:
    """Return ``n`` items of a file with the fields `question`, `options` and `answer`, and perhaps `context`.

    `options` are four different texts, and `answer` is the index of the right one, from 0, or its letter. The columns
    of MMLU, ARC and HellaSwag are read as they are published. No two items have the same context.

    Raises:
        DlsError: there are fewer different questions, or a row is not of this form.
    """
    questions = distinct_rows(choice_rows(rows), "context", "question", "options")
    candidates = variants.one_row_per_context(probe, questions, seed)
    return tuple(item_of_row(row) for row in sampled_rows(probe, candidates, seed, n))


def item_of_row(row: Row) -> ChoiceItem:
    """Return the item of a row.

    Raises:
        DlsError: it is not of this form.
    """
    options, answer = field(row, "options", tuple[str, ...]), field(row, "answer", int)
    if len(set(options)) != OPTIONS or len(options) != OPTIONS or not 0 <= answer < OPTIONS:
        raise row_error(
            row,
            f"has {len(set(options))} different options and the answer {answer}; "
            f"it needs {OPTIONS} and the place of one, from 0",
        )
    context = field(row, "context", str) if "context" in row else ""
    return ChoiceItem(f"{row['line']:06d}", "file", 1, context, field(row, "question", str), options, answer)
