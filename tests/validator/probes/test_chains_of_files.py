"""A user's own sums: what becomes a chain, which of its steps is corrupted, what is refused, and what is measured."""

import pytest
from tests.validator.probes.able import whole
from tests.validator.probes.of_file import items_of_file

from dls.errors import DlsError
from dls.measuring.measure import measured_metrics
from dls.probes import process_chain, process_short_chain
from dls.probes.catalogue import find_probe
from dls.probes.on_policy_recovery import Ending, RecoveryRecord, starts
from dls.probes.process_chain import ChainRecord
from dls.probes.process_cut_traces import CutRecord
from dls.probes.shared.chains import ChainItem, trace

CHAINS = ["process.chain", "process.short_chain", "on_policy.recovery"]
FIGS = {"question": "abo has 340 figs, gets 25 and gives 8 away. how many has he?", "start": 340, "terms": [25, -8]}
THREE = FIGS | {"terms": [25, -8, 12]}


def values(name, items, records):
    return {
        entry.metric: entry.teacher.value for entry in measured_metrics(find_probe(name), items, {"teacher": records})
    }


@pytest.mark.parametrize("name", CHAINS)
def test_the_seed_draws_the_lines_and_a_question_stands_as_it_is_in_the_file(tmp_path, name):
    rows = [FIGS | {"question": f"{k}?", "start": 340 + k} for k in range(9)]
    items = items_of_file(name, tmp_path, rows, 4)
    assert items == items_of_file(name, tmp_path, rows, 9)[:4]
    assert items != items_of_file(name, tmp_path, rows, 4, seed=4)
    for item in items:
        assert (item.question, item.values()) == (f"{item.start - 340}?", (item.start + 25, item.start + 17))


@pytest.mark.parametrize("module", [process_chain, process_short_chain])
@pytest.mark.parametrize(
    ("start", "terms"),
    [(340, (25, -8)), (99_999, (-99_999,)), (0, (1,)), (5, (-5,)), (50, (49, -89, 80)), (3, (9,) * 8)],
)  # fmt: skip
def test_a_slip_in_a_chain_of_any_size_is_of_one_or_two_and_none_of_its_results_is_below_0(module, start, terms):
    item = ChainItem("000001", "?", start, terms)
    place, off = module.slip(item)
    assert off in {-2, -1, 1, 2}
    assert min(value + off for value in item.values()[place:]) >= 0


def test_own_traces_of_any_length_are_read(tmp_path):
    (item,) = items_of_file("process.chain", tmp_path, [FIGS], 1)
    record = ChainRecord(item.id, (True, False), -1.0, -1.0, whole(trace(340, (25, -8))), 1.0, (1.0, 1.0))
    result = values("process.chain", [item], [record])
    assert (result["step_validity"], result["own_trace_step_validity"], result["trace_parse_rate"]) == (0.5, 1, 1)
    assert result["trace_written"] == 1
    assert result["corruption_sensitivity"] == 0.5
    failed = values("process.chain", [item], [find_probe("process.chain").failed(item)])
    assert (failed["step_validity"], failed["corruption_sensitivity"]) == (0, pytest.approx(0, abs=1e-9))


def test_who_comes_to_the_right_answer_after_a_files_wrong_step_has_recovered(tmp_path):
    (item,) = items_of_file("on_policy.recovery", tmp_path, [FIGS], 1)
    right, wrong = starts(item)
    assert right != wrong
    for answer, expected in (("answer 357", 1), ("answer 358", 0)):
        record = RecoveryRecord(item.id, Ending("answer 357", ended=True), Ending(answer, ended=True), 1.0)
        assert values("on_policy.recovery", [item], [record])["recovery_rate"] == expected


def test_cut_traces_of_a_file_have_three_steps_and_five_answers(tmp_path):
    (item,) = items_of_file("process.cut_traces", tmp_path, [THREE], 1)
    assert item.answers[:4] == (340, 365, 357, 369)
    decided = tuple(0.0 if k == 3 else -50.0 for k in range(5))
    record = CutRecord(item.id, (decided,) * 3, decided, decided)
    result = values("process.cut_traces", [item], [record])
    assert (result["early_answering"], result["mistake_following_rate"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "rows", "complaint"),
    [
        ("process.chain", [FIGS | {"terms": []}], r"line 1 .* has \[\] as `terms`"),
        ("process.chain", [FIGS | {"terms": [1] * 9}], "line 1 .* one to 8 numbers"),
        ("process.chain", [FIGS | {"terms": [5, 0]}], "line 1 .* none of them 0"),
        ("process.chain", [FIGS | {"terms": [-341]}], r"line 1 .* goes over \[340, -1\]; .* from 0 to 99999"),
        ("process.chain", [FIGS | {"start": 99_999}], "line 1 .* from 0 to 99999"),
        ("process.chain", [FIGS | {"terms": [0.5]}], "line 1 .* as `terms`"),
        ("process.chain", [{"question": "?", "answer": "#### 3"}], "line 1 .* has nothing as `start`"),
        ("process.chain", [FIGS | {"question": ""}], "line 1 .* a blank `question`"),
        ("process.cut_traces", [FIGS], "line 1 .* wanted 3 steps"),
        ("process.cut_traces", [THREE | {"terms": [25, -25, 12]}], "line 1 .* all of these different"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(tmp_path, name, rows, complaint):
    with pytest.raises(DlsError, match=r"^mine\.jsonl: .*" + complaint):
        items_of_file(name, tmp_path, rows, 1)
