"""`dls probes`: list the reference probes, or show one with its first item."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any

import msgspec

from dls.probe import Probe
from dls.probes import FILE_PROBES, GENERATED_PROBES
from dls.probes.catalogue import find_probe

EXAMPLE = """examples:
  dls probes
  dls probes diversity.open_answer
  dls probes --format json
"""
_SHOWN_SEED = 0


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "List the reference probes, or show what one of them asks and measures."
    parser.epilog = EXAMPLE
    parser.add_argument("id", nargs="?", metavar="ID", help="show this probe with an item of it")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: Namespace) -> int:
    """Print the list or the probe."""
    if arguments.id is None:
        told: Any = [_told(one) for one in (*GENERATED_PROBES, *FILE_PROBES)]
    else:
        chosen = find_probe(arguments.id)
        told = _told(chosen)
        if chosen in GENERATED_PROBES:
            told["item"] = msgspec.to_builtins(chosen.items(_SHOWN_SEED, 1)[0])
    if arguments.format == "json":
        print(json.dumps(told, indent=1))
    elif arguments.id is None:
        _list()
    else:
        _show(told)
    return 0


def _told(one: Probe) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "dimension": one.dimension,
        "title": one.title,
        "metrics": [measure.metric for measure in one.measures],
        "checks": {check.check: check.floor for check in one.checks},
        "data_file": one.file_form,
    }


def _list() -> None:
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(
        Column("probe", no_wrap=True),
        Column("version", no_wrap=True),
        "what it asks",
        "first metric",
        box=None,
        pad_edge=False,
    )
    for one in (*GENERATED_PROBES, *FILE_PROBES):
        table.add_row(one.id, one.version, one.title, one.measures[0].metric)
    Console().print(table)
    print("`dls probes ID` shows one with an item.")


def _show(told: dict[str, Any]) -> None:
    for name in ("id", "version", "dimension", "title"):
        print(f"{name:<10} {told[name]}")
    print(f"{'metrics':<10} {', '.join(told['metrics'])}")
    print(f"{'checks':<10} {', '.join(f'{name} >= {floor}' for name, floor in told['checks'].items())}")
    if "data_file" in told:
        print(f"{'data file':<10} --data {told['id']}=FILE, JSON Lines: {told['data_file']}")
    if "item" in told:
        print(f"an item (seed {_SHOWN_SEED}):")
        print(json.dumps(told["item"], indent=1))
