import os
import resource
import subprocess
import sys

import pytest

from dls.errors import DlsError
from dls_probes.engine.ledger import Ledger


@pytest.fixture
def ledger_path(tmp_path):
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.put("first", [1.5, "a"])
        ledger.put("second", [0.1 + 0.2])
    return tmp_path / "ledger"


CONTEXT = {"engine": "1", "config.json": "a", "transformers": "5"}


def test_finished_packs_are_found_again_bit_for_bit(ledger_path):
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.answers("second") == [0.1 + 0.2]
        assert ledger.answers("first") == [1.5, "a"]
        assert ledger.answers("third") is None


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_torn_last_line_costs_only_its_pack(ledger_path, cut):
    os.truncate(ledger_path, ledger_path.stat().st_size - cut)
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.answers("first") == [1.5, "a"]
        assert ledger.answers("second") is None
        ledger.put("third", 3)
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.answers("first") == [1.5, "a"]
        assert ledger.answers("third") == 3


def test_a_damaged_line_costs_only_its_pack(ledger_path):
    ledger_path.write_bytes(ledger_path.read_bytes().replace(b"1.5", b"2.5"))
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.answers("first") is None
        assert ledger.answers("second") is not None


def test_an_earlier_run_is_not_continued_without_resume(ledger_path):
    with pytest.raises(DlsError, match="--resume"):
        Ledger(ledger_path)
    with Ledger(ledger_path, resume=True) as ledger:
        assert len(ledger) == 2


def test_two_runs_in_one_folder_are_refused(tmp_path):
    with Ledger(tmp_path / "ledger"):
        path = str(tmp_path / "ledger")
        code = f"from pathlib import Path; from dls_probes.engine.ledger import Ledger; Ledger(Path({path!r}))"
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "another run is writing" in second.stderr


def test_packs_of_the_same_engine_and_settings_are_used_without_a_note(tmp_path):
    with Ledger(tmp_path / "ledger") as ledger:
        assert ledger.begin(CONTEXT) is None
        ledger.put("first", 1)
    with Ledger(tmp_path / "ledger", resume=True) as ledger:
        assert ledger.begin(CONTEXT) is None
        assert len(ledger) == 1


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (CONTEXT | {"engine": "2"}, "engine changed since"),
        (CONTEXT | {"config.json": "b", "transformers": "6"}, "config.json, transformers changed since"),
        (CONTEXT | {"adapter's tensors": "c"}, "adapter's tensors changed since"),
    ],
)
def test_packs_of_another_context_are_reported_as_unused_with_the_change(context, reason, tmp_path):
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.begin(CONTEXT)
        ledger.put("first", 1)
    with Ledger(tmp_path / "ledger", resume=True) as ledger:
        assert ledger.begin(context) == (
            f"1 finished packs of an earlier run are not used: {reason}, so their items are asked again"
        )


def test_packs_without_a_context_are_reported_as_unused(ledger_path):
    with Ledger(ledger_path, resume=True) as ledger:
        assert "2 finished packs of an earlier run are not used: nothing says how" in ledger.begin(CONTEXT)
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.begin(CONTEXT) is None


def test_the_events_of_a_pack_are_stored_with_it(tmp_path):
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.put("first", 1, ["halved"])
        ledger.put("second", 2)
    with Ledger(tmp_path / "ledger", resume=True) as ledger:
        assert (ledger.events("first"), ledger.events("second")) == (["halved"], [])


def test_a_failing_write_stops_the_run_and_keeps_earlier_packs(ledger_path):
    with Ledger(ledger_path, resume=True) as ledger:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ledger_path.stat().st_size + 10, before[1]))
        try:
            with pytest.raises(DlsError, match="make room and go on with --resume"):
                ledger.put("third", "x" * 100)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.answers("second") is not None
        assert ledger.answers("third") is None


def test_a_full_disk_is_refused_before_the_write(ledger_path, monkeypatch):
    with Ledger(ledger_path, resume=True) as ledger:
        monkeypatch.setattr("dls_probes.engine.ledger._RESERVE", 1 << 60)
        with pytest.raises(DlsError, match="MiB left"):
            ledger.put("third", 3)
