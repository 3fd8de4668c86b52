# ruff: noqa: INP001
"""`dls import lm-eval` of 100,000 joined samples: `python -m benchmarks.imports`.

The limits on two cores: 20 s, and 1 GiB in both processes together. The samples are invented, four options each.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tests.lm_eval_runs import lm_eval_run
from tests.validator.importing.test_many_samples import OPTIONS, PROGRAM, N, rows

MOST_SECONDS, MOST_KIBIBYTES = 20.0, 1 << 20


def measure(folder: Path) -> tuple[float, float, float]:
    """Return the seconds, those of the processor, and the peak of memory in KiB."""
    rng = np.random.default_rng(1)
    answers = rng.integers(OPTIONS, size=N).tolist()
    for arm, skill in (("teacher", 0.8), ("student", 0.75)):
        lm_eval_run(folder / arm, list(rows(rng, answers, skill)), answers=answers)
    arguments = ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]
    command = [sys.executable, "-c", PROGRAM, "import", "lm-eval", *arguments, "-o", str(folder / "evidence")]
    start = time.monotonic()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    seconds = time.monotonic() - start
    processor, kibibytes = map(float, printed.splitlines()[-1].split()[1:])
    return seconds, processor, kibibytes


def main() -> int:
    """Measure, print, and fail beyond a limit."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, processor, kibibytes = measure(Path(folder))
    print(f"{N} joined samples: {seconds:.1f} s of {MOST_SECONDS:.0f} ({processor:.1f} s of the processor)")  # noqa: T201
    print(f"memory: {kibibytes / 1024:.0f} MiB of {MOST_KIBIBYTES >> 10}")  # noqa: T201
    return int(seconds > MOST_SECONDS or kibibytes > MOST_KIBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
