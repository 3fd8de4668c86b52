"""A user's own sources: the answer is read among the answers that the row names, and no source is in two units."""

import pytest
from tests.validator.probes.able import whole
from tests.validator.probes.of_file import items_of_file

from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.probes.grounding_worlds import PROBE, WorldRecord

WORLD = {"sources": ["Rome lies in Italy.", "Oslo does not."], "question": "which city lies in italy?"}
WORLD |= {"answer": "rome", "other": "oslo", "values": ["paris"], "source": 1}


@pytest.mark.parametrize(
    ("answer", "right", "unsupported", "answered", "recall"),
    [
        ("Rome [1].", 1, 0, 1, 1),
        ("Oslo [2]", 0, 0, 1, 0),
        ("Paris, not Rome", 0, 1, 1, 0),
        ("it is Rome [1]", 1, 0, 0, 1),
    ],
)
def test_an_answer_is_read_among_the_files_own_answers(tmp_path, answer, right, unsupported, answered, recall):
    units = items_of_file(PROBE.id, tmp_path, [WORLD], 1)
    records = {"teacher": [WorldRecord(units[0].id, -1.0, -2.0, whole(answer), 1.0)]}
    result = {entry.metric: entry.teacher.value for entry in measured_metrics(PROBE, units, records)}
    assert (result["context_accuracy"], result["unsupported_claim_rate"]) == (right, unsupported)
    assert (result["citation_recall"], result["distractor_robustness"]) == (recall, right)
    assert {check.check: check.value for check in checks(PROBE, units, records)}["answered"] == answered


@pytest.mark.parametrize(
    ("answer", "change", "holds"),
    [
        ("it is Rome [1].", {}, 1),
        ("Rome [1], not Oslo", {}, 0),
        ("Rome [1] [2]", {}, 0),
        ("Rome", {}, 0),
        ("Rome", {"citation": True}, 0),
        ("Rome", {"citation": False}, 1),
        ("Rome [2]", {"citation": False}, 0),
    ],
)
def test_a_row_says_whether_its_question_asks_for_the_source(tmp_path, answer, change, holds):
    units = items_of_file(PROBE.id, tmp_path, [WORLD | change], 1)
    records = {"teacher": [WorldRecord(units[0].id, -1.0, -2.0, whole(answer), 1.0)]}
    (result,) = measured_metrics(PROBE, units, records, only=frozenset({"answer_holds"}))
    assert result.teacher.value == holds


def test_sources_are_numbered_in_their_order(tmp_path):
    (item,) = items_of_file(PROBE.id, tmp_path, [WORLD], 1)
    assert item.context == "[1] Rome lies in Italy. [2] Oslo does not."
    assert (item.source, item.distractors) == (1, 1)


def test_no_source_is_in_two_units(tmp_path):
    rows = [WORLD | {"sources": [f"Rome is {k}.", f"Oslo is {k // 2}."]} for k in range(6)]
    for seed in range(4):
        units = items_of_file(PROBE.id, tmp_path, rows, 3, seed)
        assert len({item.context.partition("[2]")[2] for item in units}) == 3
        assert items_of_file(PROBE.id, tmp_path, rows, 2, seed) == units[:2]
    with pytest.raises(DlsError, match="asked for 4 units, and its file has 3 without a source in common"):
        items_of_file(PROBE.id, tmp_path, rows, 4)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"source": 2}, "line 1 .* has 2 `sources`"),
        ({"sources": ["Rome.", "Rome, not Oslo."]}, "line 1 .* has 2 `sources`"),
        ({"sources": ["Rome."]}, "line 1 .* has 1 `sources`"),
        ({"other": "rome"}, "line 1 .* another word"),
        ({"values": ["new york"]}, "line 1 .* another word in small letters"),
        ({"values": []}, "line 1 .* no answer among its `values` that no source holds"),
        ({"citation": "no"}, "line 1 .* has 'no' as `citation`"),
        ({"question": " "}, "line 1 .* a blank `question`"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(tmp_path, change, complaint):
    with pytest.raises(DlsError, match=r"^mine\.jsonl: .*" + complaint):
        items_of_file(PROBE.id, tmp_path, [WORLD | change], 1)
