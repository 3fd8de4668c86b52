"""The command `dls`. A command's module is imported when it runs, so that `dls --help` loads nothing heavy."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import msgspec

from dls.errors import DlsError
from dls.report.terminal import line, show_problem
from dls.version import __version__


class Command(msgspec.Struct, frozen=True):
    """A command's name, the line that `dls --help` shows, and the module that carries it."""

    name: str
    summary: str
    module: str


COMMANDS = (
    Command("validate", "check statements: schema, rules, evidence digests", "dls.commands.validate"),
    Command("explain", "show the page of a rule", "dls.commands.explain"),
    Command("init", "write a commented skeleton of a statement", "dls.commands.init"),
    Command("scenarios", "list and show the scenario profiles", "dls.commands.scenarios"),
    Command("metrics", "list and show the metric registry", "dls.commands.metrics"),
    Command("probes", "list and show the reference probes", "dls.commands.probes"),
    Command(
        "probe", "run the probes on a teacher and a student (needs the extra [probes])", "dls_probes.commands.probe"
    ),
    Command("import", "make evidence from the logs of another harness", "dls.commands.import_logs"),
    Command("export", "write a statement in the forms that others publish", "dls.commands.export"),
    Command("draft", "make a statement from evidence", "dls.commands.draft"),
    Command("fill", "ask for the gaps of a draft one by one", "dls.commands.fill"),
    Command(
        "recompute", "compute every claimed number again from the records, without a model", "dls.commands.recompute"
    ),
    Command("report", "show a statement as a page, a picture, a table or a badge", "dls.commands.report"),
    Command("reproduce", "run a statement's probes again and compare claim by claim", "dls_probes.commands.reproduce"),
    Command("sign", "sign a reproduction report, or make a key (needs the extra [sign])", "dls.commands.sign"),
    Command(
        "verify", "verify a signed report against the keys you trust (needs the extra [sign])", "dls.commands.verify"
    ),
    Command("attach", "put a statement into a model card, check it there, or remove it", "dls.commands.attach"),
    Command("diff", "show the changes between two statements, or two revisions of one", "dls.commands.diff"),
    Command(
        "hub",
        "check, propose and answer in repositories of a hub (extras [hub], [bot])",
        "dls.commands.hub",
    ),
    Command("demo", "run the whole loop on the built-in pair", "dls_probes.commands.demo"),
)


_CLOSED_PIPE = 128 + 13  # as a shell says of a program that ends by SIGPIPE; 1 would mean an error of a document
_Formatter = argparse.RawDescriptionHelpFormatter
_ANY_WIDTH = 80  # characters of a help that is never shown


class _Parser(argparse.ArgumentParser):
    """A parser that quotes no argument as it stands: a shell puts file names where arguments go."""

    def error(self, message: str) -> NoReturn:
        super().error(line(message))


def run_command(command: Command, words: Sequence[str]) -> int:
    """Run a command with its words, and return the exit code."""
    # To declare the other commands as well would take as long as all rules take on a statement.
    arguments = parser_of(command).parse_args(words)
    code = int(_import_command(command.module).run(arguments))
    sys.stdout.flush()
    return code


def parser_of(command: Command) -> argparse.ArgumentParser:
    """Return the parser of one command's own arguments."""
    # start-up: each argument asks for a formatter, and one without a width imports shutil and three compressors
    parser = _Parser(prog=f"dls {command.name}", formatter_class=partial(_Formatter, width=_ANY_WIDTH))
    _import_command(command.module).configure(parser)
    parser.formatter_class = _Formatter
    return parser


def _import_command(name: str) -> ModuleType:
    """Import a command's module without garbage collection, and exempt its objects from later collections.

    The objects of an import stay. This takes a tenth off a cold command, most of it at its exit.
    """
    if name not in sys.modules:
        gc.disable()
        try:
            import_module(name)
            gc.freeze()
        finally:
            gc.enable()
    return sys.modules[name]


def _version() -> str:
    """Return the version, and the engines that read and check documents."""
    from dls.document.engines import installed_engines  # start-up: no command says it

    return f"dls {__version__} ({' and '.join(installed_engines())})"


def _end_with_overview(words: Sequence[str]) -> NoReturn:
    """Show the help or the version, or explain why the words name no command."""
    parser = _Parser(
        prog="dls",
        description="The Distillation Loss Statement: the abilities of a teacher that its student kept and lost.",
        epilog="`dls COMMAND --help` shows an example of each. Start with: dls demo --out demo",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        commands.add_parser(command.name, help=command.summary)
    parser.parse_args(words[:1])
    parser.error("name a command first")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 no error, 1 an error finding or a refuted claim, 2 unusable input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_streams()
    command = next((command for command in COMMANDS if words[:1] == [command.name]), None)
    if command is None:
        _end_with_overview(words)
    try:
        return run_command(command, words[1:])
    except DlsError as error:
        return _unusable(str(error))
    except ImportError as error:
        if not command.module.startswith("dls_probes."):
            raise
        problem = f"{error.name} is not installed" if isinstance(error, ModuleNotFoundError) else str(error)
        return _unusable(f"{problem}; pip install --upgrade 'distillation-loss-statement[probes]'")
    except BrokenPipeError:  # the reader has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
    except OSError as error:
        return _unusable(
            f"{error.filename or 'the disk'}: {error.strerror or error}; look at the path and its permissions"
        )
    except KeyboardInterrupt:
        show_problem("stopped; finished work is kept, and a run goes on with --resume")
        return 130


def _open_streams() -> None:
    """Print a character that the terminal lacks as its code, and nothing on a stream that the caller has closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unusable(problem: str) -> int:
    """Print the sentence of an unusable input and return the exit code."""
    show_problem(problem)
    return 2


if __name__ == "__main__":
    sys.exit(main())
