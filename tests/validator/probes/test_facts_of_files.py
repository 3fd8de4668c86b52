"""A user's own facts that a text contradicts: whom an answer follows is read among the answers that the row names."""

import pytest
from tests.validator.probes.able import whole
from tests.validator.probes.of_file import items_of_file

from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.probes.grounding_substituted_facts import PROBE, FactRecord

FACT = {
    "context": "In this tale the capital is Rome.",
    "question": "by the tale, what is it?",
    "closed_book": "what is it?",
}
FACT |= {"stated": "rome", "known": "paris", "values": ["oslo"]}


@pytest.mark.parametrize(
    ("answer", "expected", "answered", "holds"),
    [("Rome.", 0, 1, 1), ("it is Paris", 1, 1, 0), ("Oslo, not Rome", 1, 0, 0), ("Rome, not Paris", 0, 1, 0)],
)
def test_whom_an_answer_follows_is_read_among_the_files_own_answers(tmp_path, answer, expected, answered, holds):
    items = items_of_file(PROBE.id, tmp_path, [FACT], 1)
    records = [FactRecord(items[0].id, whole(answer), "Paris", 1.0)]
    result = {entry.metric: entry.teacher.value for entry in measured_metrics(PROBE, items, {"teacher": records})}
    assert result == {"memorisation_ratio": expected, "answer_holds": holds}
    verdicts = {check.check: check.value for check in checks(PROBE, items, {"teacher": records})}
    assert (verdicts["answered"], verdicts["closed_book_accuracy"]) == (answered, 1)


def test_no_context_is_asked_about_twice(tmp_path):
    rows = [FACT | {"question": f"{k}?"} for k in range(3)]
    with pytest.raises(DlsError, match="asked for 2 units, and its file has 1"):
        items_of_file(PROBE.id, tmp_path, rows, 2)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([FACT | {"stated": "oslo"}], "line 1 .* does not say 'oslo' alone"),
        ([FACT | {"context": "Rome, not Paris."}], "line 1 .* and not `known`"),
        ([FACT | {"values": ["new york"]}], "line 1 .* one word in small letters"),
        ([FACT | {"closed_book": ""}], "line 1 .* a blank `closed_book`"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(tmp_path, rows, complaint):
    with pytest.raises(DlsError, match=r"^mine\.jsonl: .*" + complaint):
        items_of_file(PROBE.id, tmp_path, rows, 1)
