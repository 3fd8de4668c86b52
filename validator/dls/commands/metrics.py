"""`dls metrics`: list the metric registry, or show one entry."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

import msgspec

from dls.probes.catalogue import dimensions_of
from dls.standard.registry import DIMENSIONS, READINGS, Metric, inequalities, metric, metrics

if TYPE_CHECKING:
    from rich.table import Table

_EXAMPLE = """examples:
  dls metrics
  dls metrics --dimension boundary
  dls metrics abstention_soft_j
  dls metrics --format json"""
_BETTER = {"higher": "higher", "lower": "lower", "neutral": "-"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "List the metrics that claims and targets may name, or show one of them in full."
    parser.epilog = _EXAMPLE
    parser.add_argument("id", nargs="?", metavar="ID", help="show this metric in full")
    parser.add_argument("--dimension", choices=DIMENSIONS + READINGS, help="list the metrics of one dimension")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is printed (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the list or the entry."""
    if arguments.id is not None:
        entry = metric(arguments.id)
        _print_json(_as_json(entry)) if arguments.format == "json" else _print_entry(entry)
        return 0
    entries = [entry for entry in metrics() if arguments.dimension in (None, *dimensions_of(entry))]
    _print_json([_as_json(entry) for entry in entries]) if arguments.format == "json" else _print_list(entries)
    return 0


def _as_json(entry: Metric) -> dict[str, object]:
    return {
        **msgspec.to_builtins(entry),
        "obeys": {inequality.id: inequality.holds for inequality in inequalities(entry.id)},
    }


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def _print_list(entries: list[Metric]) -> None:
    from rich.console import Console

    console = Console()
    for dimension in READINGS + DIMENSIONS:
        in_dimension = [entry for entry in entries if dimension in dimensions_of(entry)]
        if in_dimension:
            console.print(_table(dimension, in_dimension), "")
    console.print("* primary metric of its dimension. `dls metrics ID` shows one in full.", style="dim")


def _table(dimension: str, entries: list[Metric]) -> "Table":
    from rich.table import Table

    table = Table(title=dimension, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in ("id", "title", "better", "interval"):
        table.add_column(name, no_wrap=name != "title", overflow="fold", header_style="dim")
    table.add_column("from n", justify="right", header_style="dim")
    for entry in entries:
        star = "*" if entry.primary else ""
        table.add_row(entry.id + star, entry.title, _better(entry), entry.interval, str(entry.smallest_n or "none"))
    return table


def _better(entry: Metric) -> str:
    return f"nearest to {entry.target:g}" if entry.target is not None else _BETTER[entry.direction]


def _print_entry(entry: Metric) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _facts(entry):
        table.add_row(name, value)
    console = Console()
    console.print(f"[bold]{entry.title}[/]  ({entry.id})")
    console.print(entry.definition, "", markup=False)
    console.print(table)
    for inequality in inequalities(entry.id):
        console.print(f"  {inequality.holds}   ({inequality.because})", markup=False, highlight=False)


def _facts(entry: Metric) -> list[tuple[str, str]]:
    from dls.probes.catalogue import probes_measuring  # loads every probe, for one metric alone

    role = "a primary metric of" if entry.primary else "of"
    facts = [
        ("dimension", f"{role} {', '.join(dimensions_of(entry))}"),
        ("value", "one for the pair" if entry.of == "pair" else "one for each model"),
        ("measured by", ", ".join(probes_measuring(entry.id)) or "no reference probe"),
        ("unit", entry.unit),
        ("range", f"{_end(entry.range[0])} to {_end(entry.range[1])}"),
        ("better", _better(entry)),
        ("kind", entry.kind.replace("_", " ")),
        ("chance", _chance(entry)),
        ("needs as twin", entry.twin or "-"),
        ("access", entry.access.replace("_", " ")),
        ("re-runs compared as", entry.tolerance.replace("_", " ")),
        ("interval of the loss", f"{entry.interval}, {_coverage(entry)}"),
        ("interval of a value", entry.value_interval),
        ("source", entry.source or "-"),
    ]
    return [*facts, ("every honest value obeys", "")] if entry.obeys else facts


def _chance(entry: Metric) -> str:
    if entry.chance == "items":
        return "stated by the target"
    return "-" if entry.chance is None else f"{entry.chance:g}"


def _coverage(entry: Metric) -> str:
    """Return the smallest n from which on the interval of the loss holds."""
    return f"from {entry.smallest_n} units on" if entry.smallest_n else "not known to hold at any n: report it only"


def _end(value: float | None) -> str:
    return "no end" if value is None else f"{value:g}"
