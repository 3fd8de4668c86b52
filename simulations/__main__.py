"""Measure every method and write the table: `python -m simulations --replicates 20000 --out FOLDER`.

Cells that stand in the folder with as many replicates are not measured again, so an interrupted run goes on where it was.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from simulations import indices, influences, marginals, means, proportions, retentions
from simulations.cell import GATE, Cell, Group
from simulations.table import cells_of

PARTS: tuple[tuple[str, Callable[[], Iterable[Group]]], ...] = (
    ("proportions", proportions.groups),
    ("marginals", marginals.groups),
    ("retentions", retentions.groups),
    ("bootstrapped_means", means.bootstrapped),
    ("bounded_means", means.bounded),
    ("indices", indices.groups),
    ("influences", influences.groups),
)


def main(words: Sequence[str] | None = None) -> int:
    """Run the parts asked for; exit code 1 when a cell inside the recommended region breaks the gate."""
    parser = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    parser.add_argument("--replicates", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("simulations/results"))
    parser.add_argument("--part", choices=[name for name, _ in PARTS], action="append")
    asked = parser.parse_args(words)
    broken = 0
    for name, groups in PARTS:
        for group in groups() if name in (asked.part or [name]) else ():
            for cell in measured(group, asked.out / name, asked.replicates):
                broken += cell.broken()
                if cell.replicates or cell.broken():
                    sys.stdout.write(f"{line(cell)}\n")
                    sys.stdout.flush()
    sys.stdout.write(f"{broken} cells inside the recommended region err in more than {GATE:.1%} of the samples\n")
    return int(broken > 0)


def measured(group: Group, folder: Path, replicates: int) -> Sequence[Cell]:
    """Return the cells of a group: from its file in the folder, or measured and written to it whole."""
    path = folder / f"{re.sub('[^a-z0-9.]+', '_', group.name.lower())}.jsonl"
    if path.exists():
        kept = cells_of(path)
        if all(cell.replicates in (0, replicates) for cell in kept):
            return kept
    cells = group.measure(replicates)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text("".join(f"{json.dumps(cell._asdict())}\n" for cell in cells))
    unfinished.replace(path)
    return cells


def line(cell: Cell) -> str:
    """Return a cell as one line of text."""
    where = "BROKEN" if cell.broken() else "ok" if cell.inside else "outside"
    return (
        f"{where:8}{cell.method:16} {cell.truth:32} n {cell.n:5} margin {cell.margin:<6g} "
        f"false preserved {cell.false_preserved:.4f}  false lost {cell.false_lost:.4f}  coverage {cell.coverage:.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
