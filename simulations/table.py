"""The coverage table as Markdown: `python -m simulations.table FOLDER` reads the files of `python -m simulations`."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from simulations.cell import Cell

HEAD = (
    "| method | n | recommended | cells | replicates | worst false `preserved` | worst false `lost` | lowest coverage "
    "| gate |"
)


def read(folder: Path) -> list[Cell]:
    """Return the cells of all files in a folder."""
    return [cell for path in sorted(folder.rglob("*.jsonl")) for cell in cells_of(path)]


def cells_of(path: Path) -> list[Cell]:
    """Return the cells of a file."""
    return [Cell(**json.loads(line)) for line in path.read_text().splitlines()]


def markdown_table(cells: Iterable[Cell]) -> str:
    """Return one line for each method, n, and whether the registry recommends the method there."""
    groups: dict[tuple[str, bool, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.method, cell.inside, cell.n].append(cell)
    rows = [_row(*key, members) for key, members in groups.items()]
    return "\n".join([HEAD, "| --- " * HEAD.count("| ") + "|", *rows]) + "\n"


def _row(method: str, inside: bool, n: int, cells: list[Cell]) -> str:  # noqa: FBT001 - a group's key, in order
    replicates = str(min(cell.replicates for cell in cells)) if cells[0].replicates else "all samples"
    worst = [max(cell.false_preserved for cell in cells), max(cell.false_lost for cell in cells)]
    coverage = min(cell.coverage for cell in cells)
    gate = "broken" if any(cell.broken() for cell in cells) else "held" if inside else "-"
    region = "yes" if inside else "no"
    return (
        f"| {method} | {n} | {region} | {len(cells)} | {replicates} | {worst[0]:.2%} | {worst[1]:.2%} | {coverage:.2%} "
        f"| {gate} |"
    )


if __name__ == "__main__":
    sys.stdout.write(markdown_table(read(Path(sys.argv[1]))))
