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

from fuzz.targets import TARGETS, Target

KEPT = Path(__file__).parent / "inputs"
LONGEST = 16_384  # bytes of an input
SMALL = 1024  # bytes of one that is kept; a crash is kept whole
SLOW = 60  # seconds after which an input counts as a hang
MOST_MEMORY = 2048  # MiB


def main() -> int:
    """Fuzz the targets one after the other, each for its share of the time."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together (default: 600)")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--target", choices=[target.name for target in TARGETS], action="append")
    parser.add_argument("--keep", action="store_true", help="put small inputs with new coverage into fuzz/inputs")
    asked = parser.parse_args()
    chosen = [target for target in TARGETS if not asked.target or target.name in asked.target]
    crashed = False
    for target in chosen:
        folder = asked.out / target.name
        if asked.keep:
            _keep(target, folder)
        else:
            crashed |= _fuzz(target, folder, max(1, asked.seconds // len(chosen)))
    return int(crashed)


def _fuzz(target: Target, folder: Path, seconds: int) -> bool:
    """Run one target in a process of its own, note what it took, and say whether it crashed."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(target.seeds()):
        (corpus / f"seed-{i}").write_bytes(seed)
    before, started = _cpu(), time.monotonic()
    done = _libfuzzer(target, [str(corpus), f"-max_total_time={seconds}", f"-artifact_prefix={folder}/"])
    executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stdout)
    told = {
        "target": target.name,
        "cpu_seconds": round(_cpu() - before, 1),
        "seconds": round(time.monotonic() - started, 1),
        "executions": int(executed[1]) if executed else None,
        "inputs": len(list(corpus.iterdir())),
        "exit": done.returncode,
    }
    with (folder.parent / "log.jsonl").open("a") as log:
        log.write(json.dumps(told) + "\n")
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if not line.startswith("INFO: Instrumenting")]
        (folder / f"crash-{time.time_ns()}.log").write_text("\n".join(lines))
        sys.stdout.write("\n".join(lines[-40:]) + "\n")
    return done.returncode != 0


def _keep(target: Target, folder: Path) -> None:
    """Put into the kept inputs the smallest small ones that reach what neither the seeds nor the kept ones reach."""
    kept = KEPT / target.name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as reached, tempfile.TemporaryDirectory() as small:
        for i, seed in enumerate(target.seeds()):
            (Path(reached) / f"seed-{i}").write_bytes(seed)
        for path in (folder / "corpus").iterdir():
            if path.stat().st_size <= SMALL:
                shutil.copy(path, small)
        shutil.copytree(kept, reached, dirs_exist_ok=True)
        before = {path.name for path in Path(reached).iterdir()}
        _libfuzzer(target, ["-merge=1", reached, small])
        for path in Path(reached).iterdir():
            if path.name not in before:
                shutil.copy(path, kept)


def _libfuzzer(target: Target, words: list[str]) -> subprocess.CompletedProcess[str]:
    limits = [f"-timeout={SLOW}", f"-rss_limit_mb={MOST_MEMORY}", f"-max_len={LONGEST}", "-print_final_stats=1"]
    command = [sys.executable, "-m", "fuzz.run", target.name, *words, *limits]
    return subprocess.run(  # noqa: S603 - of our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
