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

from dls.checking.validate import CheckResult, check, check_waivers
from dls.commands._parallel import map_in_processes
from dls.errors import DlsError
from dls.finding import visible
from dls.report import Totals
from dls.report.plain_text import closing_lines, file_lines
from dls.rules import Waivers
from dls.scenarios.profile import Profile, load_profile

if TYPE_CHECKING:
    from dls.signing.keys import TrustedKey

FORMATS = ("text", "json", "sarif", "github", "junit")
_NAMES = ("dls.yaml", "dls.yml", "dls.json")
_ENDINGS = (".dls.yaml", ".dls.yml", ".dls.json")
_EXAMPLE = """example:
  dls validate dls.yaml
  dls validate --format github --strict models/*/dls.yaml
  dls validate --scenario general_chat dls.yaml

A folder stands for every dls.yaml, dls.json and *.dls.yaml below it. Nothing is ever fetched.
Exit code: 0 no error, 1 an error (with --strict a warning too; with --trust a claim of independent reproduction that
your keys do not establish), 2 an input that cannot be read."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Check statements, profiles, evidence manifests and reproduction reports."
    parser.epilog = _EXAMPLE
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a document, or a folder of statements")
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
    """Check the files and print what was found."""
    trust = _trusted(arguments.trust)
    scenario = load_profile(arguments.scenario) if arguments.scenario else None
    waivers = _waivers(arguments.waivers)
    own = [check_waivers(waivers)] if waivers and check_waivers(waivers).findings else []
    checked = chain(own, _checked(list(_files(arguments.paths)), scenario, waivers, trust))
    if arguments.format == "text":
        return _print(checked, strict=arguments.strict)
    kept = tuple(checked)
    sys.stdout.write(_report(arguments.format, kept))
    return exit_code(kept, strict=arguments.strict)


def exit_code(checked: Sequence[CheckResult], *, strict: bool) -> int:
    """Return 2 where a file could not be read, 1 where one fails, else 0.

    A file fails by an error, strictly by a warning too, and by claiming an independent reproduction that the reader's
    keys, where there are some, do not establish.
    """
    if not all(one.readable for one in checked):
        return 2
    failing = ("error", "warning") if strict else ("error",)
    return int(
        any(finding.severity in failing and not finding.waived for one in checked for finding in one.findings)
        or any(one.independence is not None and one.independence.is_missing for one in checked)
    )


def _trusted(name: str | None) -> "tuple[TrustedKey, ...] | None":
    if name is None:
        return None
    from dls.signing.keys import read_trusted_keys

    return read_trusted_keys(Path(name))


def _tell_refusals(one: CheckResult) -> None:
    for refusal in one.independence.refusals if one.independence else ():
        print(f"dls: {visible(one.path)}: {refusal}", file=sys.stderr)


def _waivers(name: str | None) -> Waivers | None:
    if name is None:
        return None
    from datetime import UTC, datetime

    from dls.checking.waivers import load_waivers

    return load_waivers(Path(name), datetime.now(UTC).date())


def _files(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 - ten thousand Path objects take longer than the walk
            yield path
            continue
        found = list(_statements(path))
        if not found:
            raise DlsError(f"{path}: holds no {', '.join(_NAMES)} or *{_ENDINGS[0]}; name the file itself")
        yield from found


def _statements(folder: str) -> Iterator[str]:
    """Yield the statements below a folder, in order, and then each folder that cannot be listed: nobody checked what it holds."""
    unlisted: list[str] = []
    for where, folders, files in os.walk(folder, onerror=lambda error: unlisted.append(str(error.filename))):
        folders.sort()
        for name in sorted(files):
            if name in _NAMES or name.endswith(_ENDINGS):
                yield os.path.join(where, name)  # noqa: PTH118 - ten thousand Path objects take longer than the walk
    yield from unlisted


def _checked(
    files: Sequence[str],
    scenario: Profile | None,
    waivers: Waivers | None,
    trust: "tuple[TrustedKey, ...] | None",
) -> Iterator[CheckResult]:
    """Check files, with a bar on a terminal where they are many; no statement is kept."""
    every = max(1, len(files) // 100)
    shown = len(files) >= _MANY and sys.stderr.isatty()
    started = monotonic()
    found = partial(_found, scenario=scenario, waivers=waivers, trust=trust)
    for i, one in enumerate(
        map_in_processes(files, found) if trust is None else map(found, files), 1
    ):  # keys do not pickle
        if shown:
            sys.stderr.write(_CLEAR)  # a report's lines may go to the same terminal
        _tell_refusals(one)
        yield one
        if shown and (i % every == 0 or i == len(files)):
            sys.stderr.write(_bar(i, len(files), monotonic() - started))


def _found(
    path: str, scenario: Profile | None, waivers: Waivers | None, trust: "tuple[TrustedKey, ...] | None"
) -> CheckResult:
    return check(path, scenario, waivers, trust)._replace(statement=None)


def _bar(done: int, files: int, seconds: float) -> str:
    full = _WIDTH * done // files
    left = f", {seconds / done * (files - done):.0f} s left" if done < files else "\n"
    return f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {files} files{left}"


_MANY = 200  # files from which on progress is shown
_WIDTH = 30  # characters of the bar
_CLEAR = "\r\x1b[K"


def _print(checked: Iterable[CheckResult], *, strict: bool) -> int:
    """Print each file's lines as soon as it has been checked, so that a large tree needs no more memory than a file."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    code, total = 0, Totals()
    for one in checked:
        sys.stdout.writelines(f"{line}\n" for line in file_lines(one, colour=colour))
        code = max(code, exit_code((one,), strict=strict))
        total = total.plus(one)
    sys.stdout.writelines(f"{line}\n" for line in closing_lines(total))
    return code


def _report(form: str, checked: Sequence[CheckResult]) -> str:
    write = cast("Callable[..., str]", import_module(f"dls.report.{form}").render)
    return write(checked)
