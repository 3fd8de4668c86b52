"""Make the students, measure the matrix, and write its results: `python -m planted --out FOLDER`.

Every cell is a file, written whole, so that a run that was stopped goes on where it was; `--report` writes the results
of what is there already.
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
    parser.add_argument("--report", action="store_true", help="measure nothing; write the results of what is there")
    parser.add_argument("--results", type=Path, default=Path("planted/results.json"))
    asked = parser.parse_args()
    if not asked.report:
        measure(asked.out, asked.workers, asked.draws, tuple(asked.probe))
    from planted.gates import broken_gates
    from planted.results import collect, write

    results = collect(asked.out)
    write(results, asked.results)
    broken = broken_gates(results)
    sys.stdout.write(
        "\n".join([*broken, f"{len(results.matrix)} cells of the matrix, {len(broken)} gates broken"]) + "\n"
    )
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
