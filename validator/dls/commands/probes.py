"""`dls probes`: list the reference probes, or show one with its first item."""

from argparse import ArgumentParser, Namespace
from typing import Any

import msgspec

from dls.probe import Probe
from dls.probes.catalogue import find_probe
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES
from dls.report.terminal import Column, show, show_table, write_json

EXAMPLE = """examples:
  dls probes
  dls probes diversity.open_answer
  dls probes --format json
"""
_ITEM_SEED = 0


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "List the reference probes, or show one of them with its metrics and an item."
    parser.epilog = EXAMPLE
    parser.add_argument("id", nargs="?", metavar="ID", help="show this probe with an item of it")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: Namespace) -> int:
    """Print the list or the probe."""
    if arguments.id is None:
        probes = [_summary(probe) for probe in (*GENERATED_PROBES, *FILE_PROBES)]
        write_json(probes) if arguments.format == "json" else _print_list()
        return 0
    entry = _with_item(find_probe(arguments.id))
    write_json(entry) if arguments.format == "json" else _print_probe(entry)
    return 0


def _with_item(probe: Probe) -> dict[str, Any]:
    """Return a probe's summary, with its first item where it generates its own."""
    if probe not in GENERATED_PROBES:
        return _summary(probe)
    return _summary(probe) | {"item": msgspec.to_builtins(probe.items(_ITEM_SEED, 1)[0])}


def _summary(probe: Probe) -> dict[str, Any]:
    return {
        "id": probe.id,
        "version": probe.version,
        "dimension": probe.dimension,
        "title": probe.title,
        "metrics": [measure.metric for measure in probe.measures],
        "checks": {check.check: check.floor for check in probe.checks},
        "data_file": probe.file_form,
    }


def _print_list() -> None:
    columns = Column("probe", rigid=True), Column("version", rigid=True), Column("title"), Column("first metric")
    probes = (*GENERATED_PROBES, *FILE_PROBES)
    show_table(columns, [(probe.id, probe.version, probe.title, probe.measures[0].metric) for probe in probes])
    show("`dls probes ID` shows one with an item.")


def _print_probe(entry: dict[str, Any]) -> None:
    for name in ("id", "version", "dimension", "title"):
        show(f"{name:<10} {entry[name]}")
    show(f"{'metrics':<10} {', '.join(entry['metrics'])}")
    show(f"{'checks':<10} {', '.join(f'{name} >= {floor}' for name, floor in entry['checks'].items())}")
    if "data_file" in entry:
        show(f"{'data file':<10} --data {entry['id']}=FILE, JSON Lines: {entry['data_file']}")
    if "item" in entry:
        show(f"an item (seed {_ITEM_SEED}):")
        write_json(entry["item"])
