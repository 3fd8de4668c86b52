"""The two sides of a comparison: a file, or a file in a commit of git, as `REVISION:PATH`."""

import subprocess
from pathlib import Path
from typing import NamedTuple

from dls.document.reader import Document, contents, parse
from dls.errors import DlsError
from dls.finding import visible
from dls.judging.context import RuleContext
from dls.model import Statement, frozen
from dls.standard.form import violations
from dls.standard.schemas import kind_of

_SECONDS = 60


class Side(NamedTuple):
    """A statement with its name; its evidence is not opened."""

    name: str
    context: RuleContext

    @property
    def statement(self) -> Statement:
        """The statement."""
        return self.context.statement


def open_side(name: str) -> Side:
    """Read a statement from a file or, where there is no such file, from git as `REVISION:PATH`.

    Raises:
        DlsError: it cannot be read, is no statement, or does not follow the schema.
    """
    is_file = Path(name).exists() or ":" not in name
    document = parse(contents(name) if is_file else _of_git(name), name)
    if kind_of(document.value) != "statement":
        raise DlsError(f"{name}: is no statement; wanted a file with dls_version")
    return Side(name, RuleContext(document, _statement(document), Path(), bundles=()))


def _statement(document: Document) -> Statement:
    first = next(iter(violations(document, "statement")), None)
    if first is not None:
        raise DlsError(f"{document.path}: {visible(first.message)} [{first.pointer}]; `dls validate` lists all faults")
    return frozen(document.value, Statement)


def _of_git(name: str) -> bytes:
    """Return a file's bytes in a commit, as they are stored: no filter and no program of the repository runs."""
    revision, _, path = name.partition(":")
    if revision.startswith("-"):
        raise DlsError(f"{name}: starts with a dash, which no revision does; write REVISION:PATH")
    place = path if path.startswith(("./", "../", "/")) else f"./{path}"
    command = ["git", "cat-file", "blob", f"{revision}:{place}"]
    try:
        process = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise DlsError(f"{name}: is no file, and git is not installed; name two files") from None
    except (subprocess.TimeoutExpired, ValueError):
        raise DlsError(f"{name}: git gave no answer; name two files") from None
    if process.returncode:
        reason = " ".join(process.stderr.decode("utf-8", "replace").split())
        raise DlsError(f"{name}: is no file, and git has no such revision of one ({reason}); correct the name")
    return process.stdout
