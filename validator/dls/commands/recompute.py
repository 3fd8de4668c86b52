"""`dls recompute`: every number of every claim again, from the records that lie beside the statement."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dls.verifying.comparison import ClaimResult

EXAMPLE = """example:
  dls recompute dls.yaml

Needs neither a model nor torch. Exit code 1: a number does not follow from the records, a digest differs, or a
required claim has no records here (--allow-unverified lifts the last).
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "statement", type=Path, metavar="STATEMENT", help="the statement, with its evidence beside it, or its folder"
    )
    add_data_argument(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument(
        "--allow-unverified", action="store_true", help="do not fail where a required claim has no records here"
    )


def add_data_argument(parser: ArgumentParser) -> None:
    """Declare --data for a command that makes a statement's items again."""
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="PROBE=FILE",
        help="the data file that a probe's items were drawn from; may be repeated",
    )


def run(arguments: Namespace) -> int:
    """Recompute and report."""
    from dls.commands._statement_files import only_statement
    from dls.probes.shared.data_files import read_assignments
    from dls.report.terminal import write_document
    from dls.report.verdicts import as_json, print_table
    from dls.verifying.recompute import exit_code, open_context, recompute_claims

    path = only_statement(str(arguments.statement))
    context, data = open_context(path), read_assignments(arguments.data)
    results = _with_progress(recompute_claims(context, data), len(context.statement.claims))
    if arguments.format == "json":
        write_document(as_json(results, "recomputed"))
    else:
        print_table(results)
    return exit_code(results, allow_unverified=arguments.allow_unverified)


def _with_progress(results: "Iterator[ClaimResult]", total: int) -> "list[ClaimResult]":
    """Return all results, with a progress bar on a terminal while they are computed."""
    from rich.progress import track

    from dls.report.terminal import error_console

    console = error_console()
    hide = not console.is_terminal
    return list(track(results, "recompute", total, console=console, transient=True, disable=hide))
