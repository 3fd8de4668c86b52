"""Make the students, measure the matrix, and write its results: `python -m planted --out FOLDER`.

Each cell is a file that is written whole, so a stopped run continues where it was. `--wide` measures the other kinds at
full strength, and then the red team searches. `--kind` measures one kind, and writes its part of the results alone.
`--report` writes the results of the cells that are there already.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from planted.gates import gate_problems
from planted.parts import FOLDER, read, write
from planted.plan import DRAWS, WIDE_DRAWS, Task, attacks, phases, probes
from planted.results import collect
from planted.student import Student
from planted.students import KINDS, STUDENTS, find_student
from planted.wide_students import WIDE
from planted.work import measure

RED_TEAM = "red_team"


def main() -> int:
    """Measure and report; exit code 1 when a finished part breaks its gate."""
    arguments = _parser().parse_args()
    students = _students(arguments.kind, arguments.wide)
    if not arguments.report:
        measure(arguments.out, arguments.workers, _tasks(arguments, students))
    write(collect(arguments.out, students or KINDS), arguments.results)
    results = read(arguments.results)
    problems = gate_problems(results)
    summary = f"{len(results.parts)} students, {len(results.matrix)} cells of the matrix, {len(problems)} gates broken"
    sys.stdout.write("\n".join([*problems, summary]) + "\n")
    return int(bool(problems))


def _students(kinds: list[str], wide: bool) -> list[Student]:  # noqa: FBT001
    if kinds:
        return [find_student(name) for name in kinds if name != RED_TEAM]
    return list(WIDE if wide else STUDENTS)


def _tasks(arguments: argparse.Namespace, students: list[Student]) -> Iterator[list[Task]]:
    draws = arguments.draws or (WIDE_DRAWS if arguments.wide else DRAWS)
    if students:
        yield from phases(students, draws, tuple(arguments.probe))
    if RED_TEAM in arguments.kind or (arguments.wide and not arguments.kind):
        yield from attacks()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m planted", description=(__doc__ or "").partition("\n")[0])
    kinds = [*(student.name for student in KINDS), RED_TEAM]
    parser.add_argument("--out", type=Path, default=Path("build/planted"))
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--wide", action="store_true", help="the other kinds at full strength, and the red team")
    parser.add_argument("--kind", action="append", default=[], choices=kinds, metavar="NAME", help="only this student")
    parser.add_argument("--draws", type=int, help=f"sets of items; {DRAWS}, or {WIDE_DRAWS} with --wide")
    parser.add_argument("--probe", action="append", default=[], choices=probes(), help="only this one; may be repeated")
    parser.add_argument("--report", action="store_true", help="measure nothing; write the results of the cells there")
    parser.add_argument("--results", type=Path, default=FOLDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
