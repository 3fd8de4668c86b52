"""Fuzz for a time: `python -m fuzz --seconds 600 --out build/fuzz`.

Crashes stay in the folder; the exit code is 1 where there is one.
"""

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fuzz.targets import TARGETS, FuzzTarget

INPUTS = Path(__file__).parent / "inputs"
MAX_BYTES = 16_384  # of an input
MAX_INPUT_BYTES = 1024  # of a small input for `fuzz/inputs`; a crash is kept whole
MAX_SECONDS = 60  # after which an input counts as a hang
MAX_MEMORY = 500  # MiB of the whole process, of which about 90 are the interpreter, the instrumented code and atheris


def main() -> int:
    """Fuzz the targets one after the other, each for its share of the time."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together (default: 600)")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--target", choices=[target.name for target in TARGETS], action="append")
    parser.add_argument("--keep", action="store_true", help="put small inputs with new coverage into fuzz/inputs")
    arguments = parser.parse_args()
    targets = [target for target in TARGETS if not arguments.target or target.name in arguments.target]
    crashes = 0
    for target in targets:
        folder = arguments.out / target.name
        if arguments.keep:
            _keep(target, folder)
        else:
            crashes += _fuzz(target, folder, max(1, arguments.seconds // len(targets)))
    return int(crashes > 0)


def _fuzz(target: FuzzTarget, folder: Path, seconds: int) -> bool:
    """Run one target in a separate process, log its use of time and memory, and return whether it crashed."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(target.seeds()):
        (corpus / f"seed-{i}").write_bytes(seed)
    cpu, start = _cpu(), time.monotonic()
    folders = [str(path) for path in (corpus, INPUTS / target.name) if path.exists()]
    process = _libfuzzer(target, [*folders, f"-max_total_time={seconds}", f"-artifact_prefix={folder}/"])
    entry = {
        "target": target.name,
        "cpu_seconds": round(_cpu() - cpu, 1),
        "seconds": round(time.monotonic() - start, 1),
        "executions": _statistic("number_of_executed_units", process.stdout),
        "mebibytes": _statistic("peak_rss_mb", process.stdout),
        "inputs": len(list(corpus.iterdir())),
        "exit": process.returncode,
    }
    with (folder.parent / "log.jsonl").open("a") as log:
        log.write(json.dumps(entry) + "\n")
    sys.stdout.write(json.dumps(entry) + "\n")
    sys.stdout.flush()
    if process.returncode:
        _write_crash(folder, process.stdout)
    return process.returncode != 0


def _statistic(name: str, output: str) -> int | None:
    value = re.search(rf"stat::{name}:\s*(\d+)", output)
    return int(value[1]) if value else None


def _write_crash(folder: Path, output: str) -> None:
    lines = [line for line in output.splitlines() if not line.startswith("INFO: Instrumenting")]
    (folder / f"crash-{time.time_ns()}.log").write_text("\n".join(lines))
    sys.stdout.write("\n".join(lines[-40:]) + "\n")


def _keep(target: FuzzTarget, folder: Path) -> None:
    """Copy to `fuzz/inputs` the smallest inputs with coverage that neither the seeds nor the inputs there have."""
    inputs = INPUTS / target.name
    inputs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as merge, tempfile.TemporaryDirectory() as candidates:
        for i, seed in enumerate(target.seeds()):
            (Path(merge) / f"seed-{i}").write_bytes(seed)
        for path in (folder / "corpus").iterdir():
            if path.stat().st_size <= MAX_INPUT_BYTES:
                shutil.copy(path, candidates)
        shutil.copytree(inputs, merge, dirs_exist_ok=True)
        before = {path.name for path in Path(merge).iterdir()}
        _libfuzzer(target, ["-merge=1", merge, candidates])
        for path in Path(merge).iterdir():
            if path.name not in before:
                shutil.copy(path, inputs)


def _libfuzzer(target: FuzzTarget, words: list[str]) -> subprocess.CompletedProcess[str]:
    limits = [f"-timeout={MAX_SECONDS}", f"-rss_limit_mb={MAX_MEMORY}", f"-max_len={MAX_BYTES}"]
    command = [sys.executable, "-m", "fuzz.run", target.name, *words, *limits, "-print_final_stats=1"]
    return subprocess.run(  # noqa: S603 - of our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
