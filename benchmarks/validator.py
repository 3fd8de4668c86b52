# ruff: noqa: INP001
"""Measure `dls validate`, rules included, beside `check-jsonschema`, which checks the schema only; hold it to gates.

    python benchmarks/validator.py \
        --check-jsonschema build/check-jsonschema/bin/check-jsonschema --dls build/light/bin/dls

Both run as whole processes on the same files, in turn, each from an environment that holds it and its dependencies. For
one statement their CPU times are compared. For a tree it is the number of statements in a CPU second, dls on one
processor as the other is, and the number in a second, where dls shares them among the processors.
A figure is the median of the ratios within the rounds. Prints a table and exits 1 when a figure is over its gate.
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

from dls.statistics.paired_proportion import tango_corrected
from dls.statistics.proportion import clopper_pearson
from dls.statistics.rounding import outward

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schema" / "1.0" / "statement.schema.json"
HONEST = ROOT / "spec" / "1.0" / "conformance" / "documents"
PARTS = 12  # copies of the claims, each on a part of the items, that make a statement of 50 KB
A_FOLDER = 100  # statements that share a folder and a profile


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


class Spent(NamedTuple):
    """What a process took with its own: CPU seconds, seconds, and MiB of memory at the peak of the largest."""

    cpu: float
    seconds: float
    peak: float


class Tools(NamedTuple):
    """The two commands."""

    dls: str
    check_jsonschema: str

    def validate(self, path: Path, *, alone: bool = False) -> Spent:
        """Check a statement, or a folder of them: schema, rules, digests; ``alone``: on one processor."""
        return spent([self.dls, "validate", str(path)], alone=alone)

    def check(self, paths: Sequence[Path]) -> Spent:
        """Check statements against the schema."""
        return spent([self.check_jsonschema, "--schemafile", str(SCHEMA), *map(str, paths)])


def spent(command: Sequence[str], *, alone: bool = False) -> Spent:
    """Run a command that must find nothing wrong, and return what it took; ``alone`` leaves it one processor."""
    everywhere = os.sched_getaffinity(0)
    if alone:
        os.sched_setaffinity(0, {min(everywhere)})  # which the process takes over
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=kept)  # noqa: S603
    os.sched_setaffinity(0, everywhere)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode} on {command[-1]}; both tools have to pass it")
    return Spent(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024)


def statement(parts: int = 0) -> str:
    """Return an honest statement of four claims, and the same claims again on so many parts of the items."""
    text = (HONEST / "publisher.yaml").read_text()
    head, _, rest = text.partition("claims:\n")
    claims, _, tail = rest.partition("absences:\n")
    absences, _, after = tail.partition("acceptances:\n")
    acceptances, _, evidence = after.partition("evidence:\n")
    copies = "".join(_on_part(claims, part) for part in range(parts))
    accepted = "".join(_for_part(acceptances, part) for part in range(parts))
    judged = f"{head}claims:\n{claims}{copies}absences:\n{absences}"
    return f"{judged}acceptances:\n{acceptances}{accepted}evidence:\n{evidence}"


def _on_part(claims: str, part: int) -> str:
    named = claims.replace("  - id: ", f"  - id: part-{part}-")
    return named.replace("    probe: ", f'    on: {{dataset: "the items", slice: "part {part}"}}\n    probe: ')


def _for_part(acceptances: str, part: int) -> str:
    named = acceptances.replace("claim: ", f"claim: part-{part}-")
    return named.replace('reason: "', f'reason: "In part {part}: ').replace(
        'mitigation: "', f'mitigation: "In part {part}: '
    )


def write(path: Path, text: str) -> Path:
    """Write a statement, and beside it the profile that it names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    profile = path.with_name("profile.yaml")
    if not profile.exists():
        profile.write_bytes((HONEST / "profile.yaml").read_bytes())
    return path


def tree(folder: Path, count: int) -> list[Path]:
    """Write a tree of statements of which no two have the same numbers, and return their paths."""
    text = statement()
    return [
        write(folder / f"{i // A_FOLDER:03}" / f"{i:05}.dls.yaml", _with_numbers(text, 1500 + i, 1401 + i * 93 // 100))
        for i in range(count)
    ]


def _with_numbers(text: str, n: int, right: int) -> str:
    """Return a statement whose accuracies are of other counts, so that nothing computed for one serves another."""
    own, loss = outward(clopper_pearson(right - 12, n), 4), outward(tango_corrected(40, 28, n), 4)
    for old, new in (
        ("f7d11", f"{n:05}"),
        ("{n: 1500, seed: 7073358691906432", f"{{n: {n}, seed: 7073358691906432"),
        ("{count: 1401, n: 1500, value: 0.9340}", f"{{count: {right}, n: {n}, value: {right / n:.4f}}}"),
        ("{count: 1389, n: 1500, value: 0.9260", f"{{count: {right - 12}, n: {n}, value: {(right - 12) / n:.4f}"),
        ("low: 0.9139, high: 0.9369", f"low: {own.low:.4f}, high: {own.high:.4f}"),
        (
            "value: 0.0080, interval: {low: -0.0015, high: 0.0177",
            f"value: {12 / n:.4f}, interval: {{low: {loss.low:.4f}, high: {loss.high:.4f}",
        ),
        ("unit: item, n_units: 1500}}\n    flips", f"unit: item, n_units: {n}}}}}\n    flips"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def single(tools: Tools, folder: Path, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about one statement."""
    for size, parts in (("6", 0), ("50", PARTS)):
        path = write(folder / f"{size}.dls.yaml", statement(parts))
        pairs = [(tools.validate(path), tools.check([path])) for _ in range(rounds + 1)][1:]  # the first fills caches
        ours, theirs = (statistics.median(one.cpu for one in side) * 1000 for side in zip(*pairs, strict=True))
        say(f"{path.stat().st_size} bytes: {ours:.0f} ms, check-jsonschema {theirs:.0f} ms")
        yield (
            f"one statement of {size} KB: CPU / check-jsonschema's",
            [own.cpu / other.cpu for own, other in pairs],
        )


def many(tools: Tools, folder: Path, count: int, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about a tree; check-jsonschema is given a tenth of it."""
    whole, part = folder / "whole", folder / "part"
    tree(whole, count)
    paths = tree(part, count // 10)
    runs = [(tools.validate(whole, alone=True), tools.validate(whole), tools.check(paths)) for _ in range(rounds)]
    alone, ours, theirs = zip(*runs, strict=True)
    for unit, own in (("CPU second", [one.cpu for one in alone]), ("second", [one.seconds for one in ours])):
        others = [one.cpu if unit == "CPU second" else one.seconds for one in theirs]
        rates = count / statistics.median(own), len(paths) / statistics.median(others)
        say(f"{count} statements: {rates[0]:.0f} a {unit}, check-jsonschema {rates[1]:.0f}")
        yield (
            f"a tree: statements per {unit} / check-jsonschema's",
            [count / mine / (len(paths) / other) for mine, other in zip(own, others, strict=True)],
        )
    small, large = tools.validate(part).peak, ours[0].peak
    say(f"peak memory: {small:.0f} MiB for {len(paths)} statements, {large:.0f} MiB for {count}")
    yield "a tree: peak memory / that of a tenth of it", [large / small]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print the table and return 1 where a figure is over its gate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check-jsonschema", required=True, metavar="COMMAND")
    parser.add_argument("--dls", default=str(Path(sys.executable).with_name("dls")), metavar="COMMAND")
    parser.add_argument("--rounds", type=int, default=9, help="of single statements; a third of them of the tree")
    parser.add_argument("--statements", type=int, default=10_000, help="in the tree")
    asked = parser.parse_args()
    tools = Tools(asked.dls, asked.check_jsonschema)
    with tempfile.TemporaryDirectory() as scratch:
        found = dict(single(tools, Path(scratch), asked.rounds))
        found |= many(tools, Path(scratch), asked.statements, max(1, asked.rounds // 3))
    over = 0
    say(f"{'figure':56} {'median':>8} {'quartiles':>16} {'gate':>8}")
    for gate in GATES:
        ratios = sorted(found[gate.figure])
        median = statistics.median(ratios)
        fails = median > gate.limit if gate.below else median < gate.limit
        over += fails
        low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        sign = "≤" if gate.below else "≥"
        say(
            f"{gate.figure:56} {median:8.3f} {low:7.3f}-{high:.3f} {sign:>4} {gate.limit:.3f}"
            f"{'  over' if fails else ''}"
        )
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
