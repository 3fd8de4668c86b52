"""The step `Check` of the GitHub Action: annotations, the summary of the job, outputs and an exit code.

It runs `dls` as you would, and needs nothing else. The names of its inputs are those in
`action.yml`, as `DLS_PATH` and so on; the files of the runner are `GITHUB_OUTPUT` and `GITHUB_STEP_SUMMARY`.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

SUMMARY_BYTES = (1 << 20) - (1 << 12)
"""The bytes of a step's summary: the runner refuses one of more than 1 MiB. The rest is for a sentence about a cut."""
CHUNK = 50  # findings of a section


class Result(NamedTuple):
    """The exit code of a command, and all that it printed."""

    code: int
    stdout: str
    stderr: str


def main(environment: Mapping[str, str]) -> int:
    """Check, write the files of the runner, and return the exit code: 2 where a file cannot be read, 1 an error."""
    words = _words(environment)
    annotations = _dls("validate", "--format=github", *words)
    if not annotations.stdout:  # bad usage: a profile that is not there, or no such option
        return annotations.code
    sys.stdout.write(annotations.stdout)
    report = json.loads(_dls("validate", "--format=json", *words).stdout)
    _show("All findings", _dls("validate", *words).stdout)
    if sarif := environment.get("DLS_SARIF"):
        Path(sarif).write_text(_dls("validate", "--format=sarif", *words).stdout, encoding="utf-8")
    statements = [entry["path"] for entry in report["summary"]["statements"]]
    verdicts = (
        {path: _dls("recompute", "--", path) for path in statements} if _is_on(environment, "DLS_RECOMPUTE") else {}
    )
    for path, result in verdicts.items():
        _show(f"dls recompute {path}", result.stdout + result.stderr)
    _append(environment["GITHUB_OUTPUT"], "".join(_outputs(report["summary"])))
    _append(environment["GITHUB_STEP_SUMMARY"], within(SUMMARY_BYTES, _sections(report, statements, verdicts)))
    return max(annotations.code, *(result.code for result in verdicts.values()), 0)


def _words(environment: Mapping[str, str]) -> list[str]:
    """Return the arguments of `dls validate`: no input of the action is read as an option."""
    options = {"scenario": "DLS_SCENARIO", "waivers": "DLS_WAIVERS"}
    words = [f"--{name}={environment[key]}" for name, key in options.items() if environment.get(key)]
    words += ["--strict"] if _is_on(environment, "DLS_STRICT") else []
    paths = [line.strip() for line in environment.get("DLS_PATH", "").splitlines() if line.strip()]
    return [*words, "--", *(paths or ["."])]


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name) or "false"
    if value not in ("true", "false"):
        sys.exit(f"dls: the input '{name.removeprefix('DLS_').lower()}' is {value!r}; wanted true or false")
    return value == "true"


def _dls(*words: str) -> Result:
    """Run dls in this process; its sentences about bad input go to the log as well."""
    from dls.commands.cli import main as command

    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = command(words)
        except SystemExit as end:  # bad usage
            code = int(end.code or 0)
    if not out.getvalue():
        sys.stderr.write(err.getvalue())
    return Result(code, out.getvalue(), err.getvalue())


def _show(title: str, text: str) -> None:
    """Print a part of the log that folds away; dls has taken the runner's commands out of the text."""
    name = re.sub(r"[\r\n%]", " ", title)
    sys.stdout.write(f"::group::{name}\n{text}::endgroup::\n")


def _outputs(summary: Mapping[str, Any]) -> Iterator[str]:
    for name in ("errors", "warnings", "assurance"):
        yield f"{name}={summary[name] if summary[name] is not None else ''}\n"


def _sections(
    report: Mapping[str, Any],
    statements: Sequence[str],
    verdicts: Mapping[str, Result],
) -> Iterator[str]:
    """Yield the sections of the summary: the counts, all findings, each statement's page, and the verdicts."""
    counts = report["summary"]
    level = f"; assurance established: {counts['assurance']}" if counts["assurance"] else ""
    yield (
        f"## Distillation loss statements\n\n{counts['files']} files, {counts['errors']} errors, "
        f"{counts['warnings']} warnings, {counts['waived']} waived{level}\n\n"
    )
    worst_first = sorted(report["findings"], key=lambda entry: (entry["waived"], entry["severity"] != "error"))
    for start in range(0, len(worst_first), CHUNK):
        yield _fenced("\n".join(map(_finding_line, worst_first[start : start + CHUNK])))
    yield from map(_page, statements)
    for path, result in verdicts.items():
        text = f"dls recompute {path}\n{result.stdout}{result.stderr}"
        yield f"### Numbers again\n\n{_fenced(text)}"


def _finding_line(entry: Mapping[str, Any]) -> str:
    kind = "waived" if entry["waived"] else entry["severity"]
    return f"{entry['path']}:{entry['line']}:{entry['column']}: {kind} {entry['code']}: {entry['message']}"


def _page(path: str) -> str:
    """Return a statement's page as Markdown, or the reason why there is none."""
    with TemporaryDirectory() as folder:
        page = Path(folder, "page.md")
        result = _dls("report", f"--out={page}", "--", path)
        if page.exists():
            return f"{page.read_text(encoding='utf-8')}\n"
    return _fenced(f"{path}: no page: {result.stderr.strip()[-600:]}")


def _fenced(text: str) -> str:
    """Return text as a block of code, in which no text of a statement is markup."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 0)
    return f"{fence}text\n{text.rstrip()}\n{fence}\n\n"


def within(most: int, sections: Iterable[str]) -> str:
    """Return the sections that fit into some bytes, and the number of those that do not."""
    size, cut, text = 0, 0, ""
    for section in sections:
        size += len(section.encode())
        cut += size > most
        text += section if size <= most else ""
    return text + (f"**{cut} more sections do not fit here**; the log of this step has all findings.\n" if cut else "")


def _append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main(os.environ))
