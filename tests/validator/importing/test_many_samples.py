"""A hundred thousand items are imported in bounded time and memory."""

import math
import subprocess
import sys

import numpy as np
import pytest
from tests.lm_eval_runs import lm_eval_run

N, OPTIONS = 100_000, 4
PROGRAM = """
import resource, sys
from pathlib import Path
from dls.commands.cli import main
assert main(sys.argv[1:]) == 0
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print("usage", resource.getrusage(resource.RUSAGE_SELF).ru_utime, peak)
"""
"""The peak is the process's own: `ru_maxrss` begins with that of the process which started it."""


def _rows(rng, answers, skill):
    right, first = rng.random(N) < skill, rng.uniform(0.4, 0.9, N)
    for i, answer in enumerate(answers):
        top = answer if right[i] else (answer + 1) % OPTIONS
        yield [math.log(first[i] if k == top else (0.97 - first[i]) / (OPTIONS - 1)) for k in range(OPTIONS)]


@pytest.mark.slow
def test_a_hundred_thousand_items_take_less_than_a_gigabyte_and_a_minute_of_the_processor(tmp_path):
    rng = np.random.default_rng(1)
    answers = rng.integers(OPTIONS, size=N).tolist()
    for arm, skill in (("teacher", 0.8), ("student", 0.75)):
        lm_eval_run(tmp_path / arm, list(_rows(rng, answers, skill)), answers=answers)
    arguments = ["--teacher", str(tmp_path / "teacher"), "--student", str(tmp_path / "student")]
    command = [sys.executable, "-c", PROGRAM, "import", "lm-eval", *arguments, "-o", str(tmp_path / "evidence")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    _, seconds, kibibytes = printed.splitlines()[-1].split()
    assert float(kibibytes) < 1 << 20
    assert float(seconds) < 60  # 33 on a loaded machine
