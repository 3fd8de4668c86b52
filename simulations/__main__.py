"""Measure every method and write the table: `python -m simulations --replicates 20000 --out FOLDER`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from simulations import indices, marginals, means, proportions, retentions
from simulations.cell import GATE, Cell

PARTS: tuple[tuple[str, Callable[[int], Iterable[Cell]]], ...] = (
    ("proportions", lambda _: proportions.cells()),
    ("marginals", marginals.cells),
    ("retentions", retentions.cells),
    ("bootstrapped_means", means.bootstrapped),
    ("bounded_means", means.bounded),
    ("indices", indices.cells),
)


def main() -> int:
    """Run the parts asked for; exit code 1 when a cell inside the recommended region breaks the gate."""
    parser = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    parser.add_argument("--replicates", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("simulations/results"))
    parser.add_argument("--part", choices=[name for name, _ in PARTS], action="append")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    broken = 0
    for name, part in PARTS:
        if asked.part and name not in asked.part:
            continue
        with (asked.out / f"{name}.jsonl").open("w") as file:
            for cell in part(asked.replicates):
                file.write(json.dumps(cell._asdict()) + "\n")
                file.flush()
                broken += cell.broken()
                if cell.replicates or cell.broken():
                    sys.stdout.write(f"{line(cell)}\n")
                    sys.stdout.flush()
    sys.stdout.write(f"{broken} cells inside the recommended region err in more than {GATE:.1%} of the samples\n")
    return int(broken > 0)


def line(cell: Cell) -> str:
    """Return a cell as one line of text."""
    where = "BROKEN" if cell.broken() else "ok" if cell.inside else "outside"
    return (
        f"{where:8}{cell.method:16} {cell.truth:32} n {cell.n:5} margin {cell.margin:<6g} "
        f"false preserved {cell.false_preserved:.4f}  false lost {cell.false_lost:.4f}  coverage {cell.coverage:.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
