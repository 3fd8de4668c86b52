"""Make the students, measure the matrix, and write its results: `python -m planted --out FOLDER`.

Each cell is a file that is written whole, so a stopped run continues where it was. `--report` writes the results of the
cells that are there already.
"""

import argparse
import os
import sys
from pathlib import Path

from planted.plan import DRAWS, probes
from planted.work import measure


def main() -> int:
    """Measure and report; exit code 1 when a finished part breaks its gate."""
    parser = argparse.ArgumentParser(prog="python -m planted", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("build/planted"))
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--draws", type=int, default=DRAWS, help="sets of items for null students and strengths")
    parser.add_argument("--probe", action="append", default=[], choices=probes(), help="only this one; may be repeated")
    parser.add_argument(
        "--report", action="store_true", help="measure nothing; write the results of the cells that are there"
    )
    parser.add_argument("--results", type=Path, default=Path("planted/results.json"))
    arguments = parser.parse_args()
    if not arguments.report:
        measure(arguments.out, arguments.workers, arguments.draws, tuple(arguments.probe))
    from planted.gates import gate_problems
    from planted.results import collect, write

    results = collect(arguments.out)
    write(results, arguments.results)
    problems = gate_problems(results)
    summary = f"{len(results.matrix)} cells of the matrix, {len(problems)} gates broken"
    sys.stdout.write("\n".join([*problems, summary]) + "\n")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
