"""`dls metrics`: list the metric registry, or show one entry."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

import msgspec

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
    parser.description = "List the metrics that claims and targets may name, or show what one of them is."
    parser.epilog = _EXAMPLE
    parser.add_argument("id", nargs="?", metavar="ID", help="show this metric in full")
    parser.add_argument("--dimension", choices=DIMENSIONS + READINGS, help="list the metrics of one dimension")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is printed (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the list or the entry."""
    if arguments.id is not None:
        one = metric(arguments.id)
        _print_json(_as_json(one)) if arguments.format == "json" else _show(one)
        return 0
    chosen = [one for one in metrics() if arguments.dimension in (None, one.dimension)]
    _print_json([_as_json(one) for one in chosen]) if arguments.format == "json" else _list(chosen)
    return 0


def _as_json(one: Metric) -> dict[str, object]:
    return {**msgspec.to_builtins(one), "obeys": {known.id: known.holds for known in inequalities(one.id)}}


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def _list(chosen: list[Metric]) -> None:
    from rich.console import Console

    console = Console()
    for dimension in READINGS + DIMENSIONS:
        here = [one for one in chosen if one.dimension == dimension]
        if here:
            console.print(_table(dimension, here), "")
    console.print("* primary metric of its dimension. `dls metrics ID` shows one in full.", style="dim")


def _table(dimension: str, here: list[Metric]) -> "Table":
    from rich.table import Table

    table = Table(title=dimension, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in ("id", "what", "better", "interval"):
        table.add_column(name, no_wrap=name != "what", overflow="fold", header_style="dim")
    table.add_column("from n", justify="right", header_style="dim")
    for one in here:
        star = "*" if one.primary else ""
        table.add_row(one.id + star, one.title, _better(one), one.interval, str(one.smallest_n or "none"))
    return table


def _better(one: Metric) -> str:
    return f"nearest to {one.target:g}" if one.target is not None else _BETTER[one.direction]


def _show(one: Metric) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _facts(one):
        table.add_row(name, value)
    console = Console()
    console.print(f"[bold]{one.title}[/]  ({one.id})")
    console.print(one.definition, "", markup=False)
    console.print(table)
    for known in inequalities(one.id):
        console.print(f"  {known.holds}   ({known.because})", markup=False, highlight=False)


def _facts(one: Metric) -> list[tuple[str, str]]:
    from dls.probes.catalogue import probes_measuring  # which loads every probe: only where one metric is shown

    kept = "a primary metric of" if one.primary else "of"
    facts = [
        ("dimension", f"{kept} {one.dimension}"),
        ("value", "one for the pair" if one.of == "pair" else "one for each model"),
        ("measured by", ", ".join(probes_measuring(one.id)) or "no reference probe"),
        ("unit", one.unit),
        ("range", f"{_end(one.range[0])} to {_end(one.range[1])}"),
        ("better", _better(one)),
        ("kind", one.kind.replace("_", " ")),
        (
            "chance",
            "stated by the target" if one.chance == "items" else "-" if one.chance is None else f"{one.chance:g}",
        ),
        ("needs as twin", one.twin or "-"),
        ("access", one.access.replace("_", " ")),
        ("re-runs compared as", one.tolerance.replace("_", " ")),
        ("interval of the loss", f"{one.interval}, {_held(one)}"),
        ("interval of a value", one.value_interval),
        ("source", one.source or "-"),
    ]
    return [*facts, ("every honest value obeys", "")] if one.obeys else facts


def _held(one: Metric) -> str:
    return (
        f"from {one.smallest_n} units on" if one.smallest_n else "which is not known to hold at any n: report it only"
    )


def _end(value: float | None) -> str:
    return "no end" if value is None else f"{value:g}"
