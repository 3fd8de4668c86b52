"""`dls export`: write a statement in the forms that others publish."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls.errors import DlsError

NAMES = ("cyclonedx", "cyclonedx-1.6", "spdx", "in-toto", "model-index", "eval-results", "eee")
_YAML = frozenset({"model-index", "eval-results"})
_MOST_LINES = 12

EXAMPLE = """example:
  dls export --to cyclonedx dls.yaml -o dls.cdx.json
  dls export --to eee --model teacher dls.yaml -o teacher.json

No other form carries a whole statement, but for in-toto. The command prints the members that are lost, and writes all
of them to FILE.lost.json.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("--to", choices=NAMES, required=True, help="the form")
    parser.add_argument(
        "--model",
        choices=("student", "teacher"),
        default="student",
        help="whose values, in a form about one model: model-index, eval-results, eee (default: student)",
    )
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="the file; it must not exist yet")


def run(arguments: Namespace) -> int:
    """Write the document and the list of what is lost, and print its head."""
    from dls.document.writer import yaml_text
    from dls.evidence.files import create_file
    from dls.exporting.formats import FORMATS
    from dls.exporting.one_model import ONE_MODEL, pointer_of_original, view_of_teacher
    from dls.report.terminal import show
    from dls.verifying.recompute import open_context

    out: Path = arguments.out
    losses = out.with_name(f"{out.name}.lost.json")
    for path in (out, losses):
        if path.exists():
            raise DlsError(f"{path} is there already; name another file, or remove it")
    statement = open_context(arguments.statement).document.value
    form = next(form for form in FORMATS if form.name == arguments.to)
    if statement.get("status") and "/status" in form.carried.lost(statement):
        raise DlsError(f"{arguments.statement} is withdrawn, and {form.name} cannot say so; export it to in-toto")
    if arguments.model == "teacher":
        if form.name not in ONE_MODEL:
            raise DlsError(f"{form.name} is about both models; leave --model out")
        statement = view_of_teacher(statement)
    document, members = form.document(statement), form.carried.lost(statement)
    if arguments.model == "teacher":
        members = [pointer_of_original(pointer) for pointer in members]
    text = yaml_text(document) if form.name in _YAML else json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    create_file(out, text.encode())
    create_file(losses, (json.dumps({"format": form.name, "lost": members}, indent=1) + "\n").encode())
    show(f"{out}: {len(members)} members are lost{': ' if members else '.'}{', '.join(members[:_MOST_LINES])}")
    show(f"All of them: {losses}")
    return 0
