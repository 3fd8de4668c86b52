"""A hundred thousand items are imported in bounded time and memory, and their statement is filled and validated."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from tests.lm_eval_runs import lm_eval_run
from tests.reference_probes.stated import filled
from tests.validator.judging.test_measured_targets import ANSWERS, PROFILE, TARGET

from dls.authoring.draft import draft_statement
from dls.commands.cli import main
from dls.document.writer import yaml_text
from dls.evidence.folder import find_manifests
from dls.scenarios.profile import load_profile

N, OPTIONS = 100_000, 4
QUIZ = TARGET | {
    "metric": "accuracy", "on": {"dataset": "example/quiz", "split": "test"}, "margin": 0.06, "chance": 0.25, "n": N,
    "smallest_detectable_loss": 0.0047, "assumes": {"discordance": 0.35},
}  # fmt: skip
PROGRAM = """
import resource, sys
from pathlib import Path
from dls.commands.cli import main
assert main(sys.argv[1:]) == 0
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
own, child = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print("usage", own.ru_utime + child.ru_utime, int(peak) + child.ru_maxrss)
"""
"""The first peak is the process's own: `ru_maxrss` begins with that of the process which started it."""


def rows(rng, answers, skill):
    """Yield the log-probabilities of the options of each item."""
    right, first = rng.random(N) < skill, rng.uniform(0.4, 0.9, N)
    for i, answer in enumerate(answers):
        top = answer if right[i] else (answer + 1) % OPTIONS
        yield [math.log(first[i] if k == top else (0.97 - first[i]) / (OPTIONS - 1)) for k in range(OPTIONS)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder with both runs and a profile that asks for their items."""
    folder, rng = tmp_path_factory.mktemp("many"), np.random.default_rng(1)
    answers = rng.integers(OPTIONS, size=N).tolist()
    for arm, skill in (("teacher", 0.8), ("student", 0.75)):
        lm_eval_run(folder / arm, list(rows(rng, answers, skill)), answers=answers)
    (folder / "quiz.yaml").write_text(yaml_text({**PROFILE, "id": "quiz", "targets": [QUIZ]}))
    return folder


@pytest.fixture(scope="module")
def usage(runs):
    """Seconds of the processor and the peak of memory in KiB of the import."""
    arguments = ["--teacher", str(runs / "teacher"), "--student", str(runs / "student")]
    options = [*arguments, "--scenario", str(runs / "quiz.yaml"), "-o", str(runs / "evidence")]
    command = [sys.executable, "-c", PROGRAM, "import", "lm-eval", *options]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(map(float, printed.splitlines()[-1].split()[1:]))


@pytest.mark.slow
def test_a_hundred_thousand_items_take_less_than_a_gigabyte(usage):
    assert usage[1] < 1 << 20


@pytest.mark.slow
def test_a_hundred_thousand_items_take_seconds_of_the_processor(usage):
    assert usage[0] < 40  # the benchmark holds an idle machine to 20; other processes slow this one


@pytest.mark.slow
def test_their_statement_is_filled_validated_and_recomputed(runs, usage, capsys):
    assert usage
    manifests = find_manifests(runs / "evidence")
    value = filled(draft_statement(manifests, load_profile(runs / "quiz.yaml"), runs, ANSWERS))
    (runs / "dls.yaml").write_text(yaml_text(value))
    claims = {claim["metric"]: claim for claim in value["claims"]}
    assert (claims["accuracy"]["outcome"], claims["accuracy"]["teacher"]["n"]) == ("preserved", N)
    assert main(["validate", str(runs / "dls.yaml")]) == 0
    capsys.readouterr()
    assert main(["recompute", str(runs / "dls.yaml"), "--format", "json"]) == 0
    verdicts = [claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert set(verdicts) == {"confirmed"}
