"""The checks for a GPU run on a CPU too, and their page claims nothing that did not run."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.gpu.__main__ import DeviceCheck, outcome
from benchmarks.gpu.correctness import apart

ROOT = Path(__file__).parents[2]
CARD = {"machine": {"device_class": "cuda", "device": "NVIDIA X"}, "checks": {"noise": {"ok": False, "off": 0.25}}}


@pytest.fixture
def page(monkeypatch):
    """Return the text of the page that some results make."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from pages.gpu import gpu_pages

    return lambda folder: dict(gpu_pages(folder))["gpu.md"]


def keep(folder, **machine):
    result = {**CARD, "machine": CARD["machine"] | machine}
    (folder / "card.json").write_text(json.dumps(result))


def test_without_a_result_the_page_says_that_nothing_ran(page, tmp_path):
    assert "no part of this project was ever run on a GPU" in page(tmp_path)


def test_a_run_on_a_cpu_is_no_result_of_a_gpu(page, tmp_path):
    keep(tmp_path, device_class="cpu")
    assert "no part of this project was ever run on a GPU" in page(tmp_path)


def test_a_kept_result_stands_on_the_page_with_its_failure(page, tmp_path):
    keep(tmp_path)
    assert "## NVIDIA X" in page(tmp_path)
    assert "| noise | **failed** | off 0.25 |" in page(tmp_path)
    assert "was ever run" not in page(tmp_path)


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ({"a": [1.0, 2.0]}, {"a": [1.0, 2.5]}, (0.5, 0)),
        ({"a": "x", "b": 1.0}, {"a": "y", "b": 1.0}, (0.0, 1)),
        ([1.0], [1.0, 2.0], (0.0, 1)),
        ([[1.0, "x"]], [[1.25, "x"]], (0.25, 0)),
    ],
)
def test_records_differ_by_their_numbers_and_by_their_other_values(first, second, difference):
    assert apart(first, second) == difference


def broken(device, *, small):
    raise ValueError(f"no kernel on {device}, small {small}")


def test_a_broken_check_is_a_failed_result():
    result = outcome(DeviceCheck("x", broken, 1), "cpu", time.monotonic() + 9, small=True)
    assert (result["ok"], result["error"]) == (False, "ValueError: no kernel on cpu, small True")


def test_a_check_without_time_is_skipped_by_name():
    result = outcome(DeviceCheck("x", broken, 10), "cpu", time.monotonic() + 4, small=True)
    assert result["ok"] is None
    assert "about 10 s" in result["skipped"]


@pytest.mark.slow
def test_every_check_passes_on_a_cpu(tmp_path):
    command = [sys.executable, "-m", "benchmarks.gpu", "--device", "cpu", "--small", "--out", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = tmp_path.glob("*.json")
    checks = json.loads(path.read_text())["checks"]
    assert {entry["ok"] for entry in checks.values()} == {True}
    assert checks["records"]["two_workers_equal"] is True
    assert checks["bfloat16 beside float32"]["q100"] > 0
