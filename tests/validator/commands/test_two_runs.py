"""Two large runs are read beside each other, with the result of one process."""

import os

import pytest
from tests.lm_eval_runs import lm_eval_run

from dls.commands import _two_runs
from dls.commands._two_runs import read_runs
from dls.errors import DlsError
from dls.importing.lm_eval_run import read_lm_eval

ROWS = [[-0.1, -2.5], [-3.0, -0.2], [-0.4, -1.1]]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The folders of two runs, and every run counts as large."""
    monkeypatch.setattr(_two_runs, "_LARGE", 0)
    return [
        lm_eval_run(tmp_path / arm, rows, answers=[0, 1, 1])
        for arm, rows in (("teacher", ROWS), ("student", ROWS[::-1]))
    ]


def read_nothing(path):
    """Die as a process does for which there is no memory; the teacher's run is read."""
    if path.name == "student":
        os._exit(9)
    return read_lm_eval(path)


def test_the_runs_are_those_that_one_process_reads(runs):
    assert read_runs(read_lm_eval, *runs) == tuple(map(read_lm_eval, runs))


@pytest.mark.parametrize("arm", [0, 1])
def test_an_error_of_either_run_is_the_same_sentence(runs, arm):
    next(runs[arm].glob("samples_*")).write_text("{")
    with pytest.raises(DlsError) as alone:
        read_lm_eval(runs[arm])
    with pytest.raises(DlsError, match="cannot be read as JSON") as beside:
        read_runs(read_lm_eval, *runs)
    assert str(beside.value) == str(alone.value)


def test_a_killed_process_ends_in_a_sentence(runs):
    with pytest.raises(DlsError, match="student: the process that read it was killed"):
        read_runs(read_nothing, *runs)


def test_a_broken_link_beside_a_run_stops_nothing(runs, monkeypatch):
    (runs[0] / "a_link").symlink_to("nowhere")
    monkeypatch.setattr(_two_runs, "_LARGE", 1 << 40)
    assert read_runs(read_lm_eval, *runs) == tuple(map(read_lm_eval, runs))
