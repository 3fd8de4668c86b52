# ruff: noqa: INP001
"""`dls import lm-eval` of 100,000 joined samples: `python -m benchmarks.imports`.

The limits on one core: 20 s of the processor, and 1 GiB. The samples are invented, four options each.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from tests.lm_eval_runs import lm_eval_run
from tests.validator.importing.test_many_samples import OPTIONS, PROGRAM, N, rows

MOST_SECONDS, MOST_KIBIBYTES = 20.0, 1 << 20


def measure(folder: Path) -> tuple[float, float]:
    """Return the seconds of the processor, and the peak of memory in KiB."""
    rng = np.random.default_rng(1)
    answers = rng.integers(OPTIONS, size=N).tolist()
    for arm, skill in (("teacher", 0.8), ("student", 0.75)):
        lm_eval_run(folder / arm, list(rows(rng, answers, skill)), answers=answers)
    arguments = ["--teacher", str(folder / "teacher"), "--student", str(folder / "student")]
    command = [sys.executable, "-c", PROGRAM, "import", "lm-eval", *arguments, "-o", str(folder / "evidence")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    seconds, kibibytes = map(float, printed.splitlines()[-1].split()[1:])
    return seconds, kibibytes


def main() -> int:
    """Measure, print, and fail beyond a limit."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, kibibytes = measure(Path(folder))
    print(f"{N} joined samples: {seconds:.1f} s of {MOST_SECONDS:.0f}, {kibibytes / 1024:.0f} MiB of 1024")  # noqa: T201
    return int(seconds > MOST_SECONDS or kibibytes > MOST_KIBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
