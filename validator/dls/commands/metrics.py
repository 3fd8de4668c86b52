"""`dls metrics`: list the metric registry, or show one entry."""

import argparse

import msgspec

from dls.probes.catalogue import dimensions_of
from dls.report.terminal import Column, Styled, show, show_table, write_json
from dls.standard.registry import DIMENSIONS, READINGS, Metric, inequalities, metric, metrics

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
        write_json(_as_json(entry)) if arguments.format == "json" else _print_entry(entry)
        return 0
    entries = [entry for entry in metrics() if arguments.dimension in (None, *dimensions_of(entry))]
    write_json([_as_json(entry) for entry in entries]) if arguments.format == "json" else _print_list(entries)
    return 0


def _as_json(entry: Metric) -> dict[str, object]:
    return {
        **msgspec.to_builtins(entry),
        "obeys": {inequality.id: inequality.holds for inequality in inequalities(entry.id)},
    }


def _print_list(entries: list[Metric]) -> None:
    columns = [Column(name, rigid=name != "title") for name in ("id", "title", "better", "interval")]
    for dimension in READINGS + DIMENSIONS:
        in_dimension = [entry for entry in entries if dimension in dimensions_of(entry)]
        if in_dimension:
            show(Styled(dimension, "bold"))
            show_table([*columns, Column("from n", right=True)], [_row(entry) for entry in in_dimension])
            show()
    show(Styled("* primary metric of its dimension. `dls metrics ID` shows one in full.", "dim"))


def _row(entry: Metric) -> tuple[str, ...]:
    name = entry.id + ("*" if entry.primary else "")
    return name, entry.title, _better(entry), entry.interval, str(entry.smallest_n or "none")


def _better(entry: Metric) -> str:
    return f"nearest to {entry.target:g}" if entry.target is not None else _BETTER[entry.direction]


def _print_entry(entry: Metric) -> None:
    show(Styled(entry.title, "bold"), f"  ({entry.id})")
    show(entry.definition)
    show()
    show_table((Column("", rigid=True), Column("")), [(Styled(name, "dim"), value) for name, value in _facts(entry)])
    for inequality in inequalities(entry.id):
        show(f"  {inequality.holds}   ({inequality.because})")


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
        ("the same as", entry.same_as or "-"),
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
