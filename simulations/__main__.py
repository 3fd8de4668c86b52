"""Measure every method and write the table: `python -m simulations --replicates 20000 --out FOLDER`.

Cells that are in the folder with as many replicates are not measured again. A stopped run goes on where it was.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from simulations import indices, influences, marginals, means, paired_grid, proportions, retentions
from simulations.cell import Cell, Group
from simulations.table import cells_of

PARTS: tuple[tuple[str, Callable[[], Iterable[Group]]], ...] = (
    ("proportions", proportions.groups),
    ("paired_grid", paired_grid.groups),
    ("marginals", marginals.groups),
    ("retentions", retentions.groups),
    ("bootstrapped_means", means.bootstrapped),
    ("bounded_means", means.bounded),
    ("indices", indices.groups),
    ("influences", influences.groups),
)


def main(words: Sequence[str] | None = None) -> int:
    """Run the selected parts; exit code 1 when a cell inside the recommended region breaks the gate."""
    parser = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    parser.add_argument("--replicates", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("simulations/results"))
    parser.add_argument("--part", choices=[name for name, _ in PARTS], action="append")
    arguments = parser.parse_args(words)
    failures = 0
    for name, groups in PARTS:
        for group in groups() if name in (arguments.part or [name]) else ():
            for cell in measure_group(group, arguments.out / name, arguments.replicates):
                failures += cell.broken()
                if cell.replicates or cell.broken():
                    sys.stdout.write(f"{line(cell)}\n")
                    sys.stdout.flush()
    sys.stdout.write(f"{failures} cells inside the recommended region err in more samples than their gate allows\n")
    return int(failures > 0)


def measure_group(group: Group, folder: Path, replicates: int) -> Sequence[Cell]:
    """Return the cells of a group: from its file in the folder, otherwise measured and written to it whole."""
    path = folder / f"{re.sub('[^a-z0-9.]+', '_', group.name.lower())}.jsonl"
    if path.exists():
        cells: Sequence[Cell] = cells_of(path)
        if all(cell.replicates in (0, replicates) for cell in cells):
            return cells
    cells = group.measure(replicates)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".unfinished")
    partial.write_text("".join(f"{json.dumps(cell._asdict())}\n" for cell in cells))
    partial.replace(path)
    return cells


def line(cell: Cell) -> str:
    """Return a cell as one line of text."""
    state = "BROKEN" if cell.broken() else "ok" if cell.inside else "outside"
    return (
        f"{state:8}{cell.method:16} {cell.truth:32} n {cell.n:5} margin {cell.margin:<6g} "
        f"false preserved {cell.false_preserved:.4f}  false lost {cell.false_lost:.4f}  coverage {cell.coverage:.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
