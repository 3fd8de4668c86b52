# ruff: noqa: INP001
"""Measure `dls validate` with its rules beside `check-jsonschema`, which checks only the schema, and check the gates.

    make bench-validator

Both run as whole processes on the same files, in turn, each from an environment with its own requirements alone. For
one statement the figure compares their CPU time. For a tree one figure compares the statements in a CPU second, with
both on one processor. Another compares the statements in a second, where dls divides them among the processors. A
figure is the median of the ratios within the rounds. The command prints a table and exits 1 when a figure is over its
gate.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.statements import statement, write, write_tree

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schema" / "1.0" / "statement.schema.json"
PARTS = 12  # copies of the claims, each on a part of the items, in a statement of 50 KB


class Gate(NamedTuple):
    """A figure, its limit, and whether it must stay below."""

    figure: str
    limit: float
    below: bool = True


GATES = (
    Gate("one statement of 6 KB: CPU / check-jsonschema's", 1 / 3),
    Gate("one statement of 50 KB: CPU / check-jsonschema's", 1 / 3),
    Gate("a tree: statements per CPU second / check-jsonschema's", 8, below=False),
    Gate("a tree: statements per second / check-jsonschema's", 8, below=False),
    Gate("a tree: peak memory / that of a tenth of it", 1.1),
)


class Usage(NamedTuple):
    """The resources of a process and its children: CPU seconds, seconds, and peak MiB of the largest process."""

    cpu: float
    seconds: float
    peak: float


class Tools(NamedTuple):
    """The two commands."""

    dls: str
    check_jsonschema: str

    def validate(self, path: Path, *, alone: bool = False) -> Usage:
        """Check a statement, or a folder of them: schema, rules, digests; with ``alone`` on one processor."""
        return usage_of([self.dls, "validate", str(path)], alone=alone)

    def check(self, paths: Sequence[Path], *, alone: bool = False) -> Usage:
        """Check statements against the schema."""
        return usage_of([self.check_jsonschema, "--schemafile", str(SCHEMA), *map(str, paths)], alone=alone)


def usage_of(command: Sequence[str], *, alone: bool = False) -> Usage:
    """Run a command that must find no problem, and return its usage; with ``alone`` it has one processor."""
    processors = os.sched_getaffinity(0)
    if alone:
        os.sched_setaffinity(0, {min(processors)})  # which the process inherits
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603
    os.sched_setaffinity(0, processors)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode} on {command[-1]}; both tools have to pass it")
    return Usage(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)


def single(tools: Tools, folder: Path, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures on one statement."""
    for size, parts in (("6", 0), ("50", PARTS)):
        path = write(folder / f"{size}.dls.yaml", statement(parts))
        pairs = [(tools.validate(path), tools.check([path])) for _ in range(rounds + 1)][1:]  # the first fills caches
        dls, rival = (statistics.median(usage.cpu for usage in usages) * 1000 for usages in zip(*pairs, strict=True))
        say(f"{path.stat().st_size} bytes: {dls:.0f} ms, check-jsonschema {rival:.0f} ms")
        yield (
            f"one statement of {size} KB: CPU / check-jsonschema's",
            [first.cpu / second.cpu for first, second in pairs],
        )


def tree(tools: Tools, folder: Path, count: int, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures on a tree and on a tenth of it.

    Rounds are short, so that the state of the machine is the same for both commands. Each checks so many files that its
    start takes an equal share of its time.
    """
    whole, part = folder / "whole", folder / "part"
    write_tree(whole, count)
    paths = write_tree(part, count // 10)
    few = paths[: len(paths) * 2 // 5]
    alone = [(tools.validate(part, alone=True), tools.check(few, alone=True)) for _ in range(rounds)]
    yield (
        "a tree: statements per CPU second / check-jsonschema's",
        [_rates("CPU second", len(paths) / first.cpu, len(few) / second.cpu) for first, second in alone],
    )
    parallel = [(tools.validate(whole), tools.check(few)) for _ in range(max(1, rounds // 3))]
    yield (
        "a tree: statements per second / check-jsonschema's",
        [_rates("second", count / first.seconds, len(few) / second.seconds) for first, second in parallel],
    )
    small, large = tools.validate(part).peak, parallel[0][0].peak
    say(f"peak memory: {small:.0f} MiB for {len(paths)} statements, {large:.0f} MiB for {count}")
    yield "a tree: peak memory / that of a tenth of it", [large / small]


def _rates(unit: str, rate: float, rival: float) -> float:
    """Print how many statements the two commands check in a unit of time, and return the ratio."""
    say(f"{rate:.0f} statements a {unit}, check-jsonschema {rival:.1f}")
    return rate / rival


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print the table and return 1 where a figure is over its gate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check-jsonschema", required=True, metavar="COMMAND")
    parser.add_argument("--dls", default=str(Path(sys.executable).with_name("dls")), metavar="COMMAND")
    parser.add_argument("--rounds", type=int, default=9, help="a third of them on the whole tree")
    parser.add_argument("--statements", type=int, default=10_000, help="in the tree")
    arguments = parser.parse_args()
    tools = Tools(arguments.dls, arguments.check_jsonschema)
    with tempfile.TemporaryDirectory() as scratch:
        figures = dict(single(tools, Path(scratch), arguments.rounds))
        figures |= tree(tools, Path(scratch), arguments.statements, arguments.rounds)
    say(f"{'figure':56} {'median':>8} {'quartiles':>16} {'gate':>8}")
    results = [_is_within(gate, sorted(figures[gate.figure])) for gate in GATES]
    return int(not all(results))


def _is_within(gate: Gate, ratios: Sequence[float]) -> bool:
    """Print a figure's line and return whether it is within its gate; the ratios are sorted."""
    median = statistics.median(ratios)
    fails = median > gate.limit if gate.below else median < gate.limit
    low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
    sign = "≤" if gate.below else "≥"
    end = "  over" if fails else ""
    say(f"{gate.figure:56} {median:8.3f} {low:7.3f}-{high:.3f} {sign:>4} {gate.limit:.3f}{end}")
    return not fails


if __name__ == "__main__":
    sys.exit(main())
