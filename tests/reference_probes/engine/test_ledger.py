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
        assert ledger.begin("1", "settings") is None
        ledger.put("first", 1)
    with Ledger(tmp_path / "ledger", resume=True) as ledger:
        assert ledger.begin("1", "settings") is None
        assert len(ledger) == 1


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (
            ("2", "settings"),
            "1 finished packs of an earlier run are not used: they were computed by engine 1, and this is engine 2",
        ),
        (("1", "others"), "1 finished packs of an earlier run are not used: they were computed under other settings"),
    ],
)
def test_packs_of_another_engine_or_other_settings_are_reported_as_unused(context, reason, tmp_path):
    with Ledger(tmp_path / "ledger") as ledger:
        ledger.begin("1", "settings")
        ledger.put("first", 1)
    with Ledger(tmp_path / "ledger", resume=True) as ledger:
        assert ledger.begin(*context) == reason


def test_packs_without_an_engine_version_are_reported_as_unused(ledger_path):
    with Ledger(ledger_path, resume=True) as ledger:
        assert "2 finished packs of an earlier run are not used" in ledger.begin("1", "settings")
    with Ledger(ledger_path, resume=True) as ledger:
        assert ledger.begin("1", "settings") is None


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
