"""`dls init`: a commented skeleton of a statement."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from dls.authoring.skeleton import statement_skeleton
from dls.errors import DlsError
from dls.evidence.files import create_file
from dls.report.terminal import show, write_document
from dls.scenarios.profile import load_profile

_EXAMPLE = """example:
  dls init --scenario general_chat -o dls.yaml

Every gap reads TODO(dls); `dls validate dls.yaml` lists those that are left.
If you have evidence, use `dls draft` instead."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Write a commented skeleton of a statement for a scenario."
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--scenario", metavar="P", required=True, help="a built-in profile's id, or the path of your own"
    )
    parser.add_argument(
        "-o", "--out", metavar="FILE", help="the file to write; it must not exist yet (default: print it)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the skeleton."""
    profile = load_profile(arguments.scenario)
    folder = Path(arguments.out).parent if arguments.out else Path()
    path = None if profile.builtin else Path(os.path.relpath(arguments.scenario, folder)).as_posix()
    if path is not None and path.startswith(".."):
        raise DlsError(
            f"{arguments.scenario}: your own profile lies beside or below the statement; copy it to {folder}/ first"
        )
    text = statement_skeleton(profile, path, f"urn:uuid:{uuid4()}", datetime.now(UTC).date().isoformat())
    if arguments.out is None:
        write_document(text)
        return 0
    create_file(Path(arguments.out), text.encode())
    show(f"wrote {arguments.out}; fill the gaps, then: dls validate {arguments.out}")
    return 0
