"""A user's own questions in two sizes: the kinds are those of the file."""

import pytest
from tests.validator.probes.of_file import items_of_file

from dls.errors import DlsError
from dls.measuring.measure import measured_metrics
from dls.probes.boundary_range import PROBE, RangeRecord
from dls.probes.shared.masses import one_hot


def asked(text):
    return {"question": text, "options": ["1", "2", "3", "4"], "answer": 2}


def row(k, kind="tall"):
    return {"kind": kind, "within": asked(f"{k}?"), "beyond": asked(f"{k} and {k}?")}


def test_the_kinds_of_a_file_are_the_groups(tmp_path):
    items = items_of_file(PROBE.id, tmp_path, [row(k, "wide" if k % 2 else "tall") for k in range(8)], 8)
    records = [RangeRecord(i.id, one_hot(2, 4), one_hot(2 if i.kind == "tall" else 0, 4)) for i in items]
    result = {entry.metric: entry.teacher.value for entry in measured_metrics(PROBE, items, {"teacher": records})}
    assert result["out_of_range_accuracy"] == 0.5
    assert result["worst_group_accuracy"] == 0


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([row(1) | {"kind": ""}], "line 1 .* a blank `kind`"),
        ([row(1) | {"beyond": asked("?") | {"answer": 4}}], "line 1 .* the answer 4"),
        ([row(1) | {"within": "?"}], "line 1 .* as `within`"),
        ([row(1), row(1)], "line 2 .* asks the same as line 1"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(tmp_path, rows, complaint):
    with pytest.raises(DlsError, match=r"^mine\.jsonl: .*" + complaint):
        items_of_file(PROBE.id, tmp_path, rows, 1)
