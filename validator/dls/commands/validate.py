"""`dls validate`: schema, then rules, then evidence digests."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

from dls.checking.card_check import check_file
from dls.checking.validate import Report, check_waivers, fault
from dls.commands._parallel import map_in_processes
from dls.commands._statement_files import NAMES, statement_files
from dls.report.outcome_table import show_outcomes
from dls.report.plain_text import closing_lines, file_lines, table_warning
from dls.report.terminal import show, show_problem, write_document, write_over
from dls.report.totals import Totals
from dls.rules import Waivers
from dls.scenarios.profile import Profile, load_profile

if TYPE_CHECKING:
    from dls.signing.keys import TrustedKey

FORMATS = ("text", "json", "sarif", "github", "junit", "gitlab")
_PROGRESS_FILES = 200  # at least, for a progress bar
_WIDTH = 30  # characters of the progress bar
_EXAMPLE = """example:
  dls validate dls.yaml
  dls validate --format github --strict models/*/dls.yaml
  dls validate --scenario general_chat dls.yaml

A folder stands for every dls.yaml, dls.yml, dls.json and *.dls.yaml below it, and for each README.md that points to a
statement; without a path it is the present one. Nothing is ever fetched.
Exit code: 0 no error, 1 an error (with --strict a warning too; with --trust a claim of independent reproduction that
your keys do not establish), 2 an input that cannot be read."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Check statements, profiles, evidence manifests, reproduction reports and model cards."
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="a document, or a folder of statements (default: .)"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")
    parser.add_argument(
        "--scenario", metavar="P", help="judge statements against this profile as well: an id, or a path"
    )
    parser.add_argument(
        "--waivers", metavar="FILE", help="findings that you set aside; only a file that you name is read"
    )
    parser.add_argument(
        "--trust", metavar="KEYS", help="public keys of the parties whose signed reproductions you believe"
    )
    parser.add_argument("--strict", action="store_true", help="warnings fail too")


def run(arguments: argparse.Namespace) -> int:
    """Check the files and print the findings."""
    trust = _trusted_keys(arguments.trust)
    scenario = load_profile(arguments.scenario) if arguments.scenario else None
    waivers = _waivers(arguments.waivers)
    waiver_results = (result for result in ([check_waivers(waivers)] if waivers else []) if result.findings)
    results = chain(waiver_results, _check_files(statement_files(arguments.paths), scenario, waivers, trust))
    return print_report(arguments.format, results, strict=arguments.strict)


def print_report(form: str, results: Iterable[Report], *, strict: bool) -> int:
    """Print the results in one of the formats, and return the exit code."""
    if form == "text":
        return _print_each(results, strict=strict)
    all_results = tuple(results)
    write_document(_report(form, all_results))
    return exit_code(all_results, strict=strict)


def exit_code(results: Sequence[Report], *, strict: bool) -> int:
    """Return 2 where a file could not be read, 1 where one fails, otherwise 0.

    An error fails a file; if ``strict``, a warning does too. So does a claim of independent reproduction that the
    reader's keys, where there are some, do not establish.
    """
    if not all(result.readable for result in results):
        return 2
    return int(any(_fails(result, strict=strict) for result in results))


def _fails(result: Report, *, strict: bool) -> bool:
    lacks_independence = result.independence is not None and result.independence.is_missing
    return bool(result.errors or (strict and result.warnings) or lacks_independence)


def _trusted_keys(name: str | None) -> "tuple[TrustedKey, ...] | None":
    if name is None:
        return None
    from dls.signing.keys import read_trusted_keys

    return read_trusted_keys(Path(name))


def _print_refusals(result: Report) -> None:
    for refusal in result.independence.refusals if result.independence else ():
        show_problem(f"{result.path}: {refusal}")


def _waivers(name: str | None) -> Waivers | None:
    if name is None:
        return None
    from datetime import UTC, datetime

    from dls.checking.waivers import load_waivers

    return load_waivers(Path(name), datetime.now(UTC).date())


def _check_files(
    files: Sequence[str],
    scenario: Profile | None,
    waivers: Waivers | None,
    trust: "tuple[TrustedKey, ...] | None",
) -> Iterator[Report]:
    """Yield the results of files, without their statements; show progress on a terminal where the files are many."""
    check_file = partial(_check_file, scenario=scenario, waivers=waivers, trust=trust)
    is_shared = trust is None  # keys do not pickle
    results = map_in_processes(files, check_file, _killed) if is_shared else map(check_file, files)
    show_progress = len(files) >= _PROGRESS_FILES and sys.stderr.isatty()
    step, start = max(1, len(files) // 100), monotonic()
    for count, result in enumerate(results, 1):
        if show_progress:
            write_over("")  # a report's lines may go to the same terminal
        _print_refusals(result)
        yield result
        if show_progress and (count % step == 0 or count == len(files)):
            write_over(_bar(count, len(files), monotonic() - start))


def _check_file(
    path: str, scenario: Profile | None, waivers: Waivers | None, trust: "tuple[TrustedKey, ...] | None"
) -> Report:
    if os.path.isdir(path):  # noqa: PTH112 - ten thousand Path objects take longer than the walk
        if not os.access(path, os.R_OK | os.X_OK):
            return fault(path, "cannot be listed; look at its permissions")
        return fault(path, f"holds no {', '.join(NAMES)} or *.{NAMES[0]}; name the file itself")
    try:
        return check_file(path, scenario, waivers, trust)._replace(statement=None)
    except Exception as error:  # noqa: BLE001 - a mistake of this release on one file hides no other file
        problem = f"meets a mistake of this release ({type(error).__name__}: {error}); please report it with the file"
        return fault(path, problem)


def _killed(path: str) -> Report:
    return fault(path, "killed the process that checked it, most likely by a lack of memory; make it smaller")


def _bar(count: int, files: int, seconds: float) -> str:
    full = _WIDTH * count // files
    rest = f", {seconds / count * (files - count):.0f} s left" if count < files else "\n"
    return f"[{'#' * full}{'.' * (_WIDTH - full)}] {count} of {files} files{rest}"


def _print_each(results: Iterable[Report], *, strict: bool) -> int:
    """Print each file's lines as soon as it is checked, so that a large tree needs no more memory than a file.

    A statement alone ends with the table of its outcomes.
    """
    code, total, last = 0, Totals(), None
    for last in results:
        for parts in file_lines(last):
            show(*parts)
        code = max(code, exit_code((last,), strict=strict))
        total = total.plus(last)
    for parts in closing_lines(total):
        show(*parts)
    if total.files == 1 and last is not None and last.outcomes is not None:
        show()
        show_outcomes(last.outcomes)
        for parts in table_warning(last):
            show(*parts)
    return code


def _report(form: str, results: Sequence[Report]) -> str:
    render = cast("Callable[[Sequence[Report]], str]", import_module(f"dls.report.{form}").render)
    return render(results)
