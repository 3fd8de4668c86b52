"""`dls init`: a commented skeleton of a statement, or an own profile whose plan can decide its target."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from dls.authoring.skeleton import statement_skeleton
from dls.errors import DlsError
from dls.evidence.files import create_file
from dls.report.terminal import show, write_document
from dls.scenarios.profile import load_profile

_EXAMPLE = """example:
  dls init --scenario general_chat -o dls.yaml
  dls init --profile topics --probe headline.labels --metric accuracy --margin 0.03 --chance 0.5 \\
      --data validation.csv --split "example/topics validation" --revision 1.0.0 -o topics.yaml

Every gap reads TODO(dls); `dls validate dls.yaml` lists those that are left.
If you have evidence, use `dls draft` instead."""
_Value = TypeVar("_Value", str, float)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Write a commented skeleton of a statement for a scenario, or a profile of your own."
    parser.epilog = _EXAMPLE
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--scenario", metavar="P", help="a built-in profile's id, or the path of your own")
    kind.add_argument(
        "--profile", metavar="ID", help="write your own profile with this id: n follows from the metric and the margin"
    )
    parser.add_argument(
        "-o", "--out", metavar="FILE", help="the file to write; it must not exist yet (default: print it)"
    )
    profile = parser.add_argument_group("for --profile; on a terminal it asks for those that you leave out")
    profile.add_argument("--probe", metavar="ID", help="the probe that measures the target (`dls probes`)")
    profile.add_argument("--metric", metavar="ID", help="the metric of the target (`dls metrics`)")
    profile.add_argument("--margin", type=float, metavar="X", help="the largest loss that is still preserved")
    profile.add_argument("--chance", type=float, metavar="X", help="the score of a model that guesses on these items")
    profile.add_argument("--data", type=Path, metavar="FILE", help="the data file that the items come from")
    profile.add_argument("--split", metavar="NAME", help="the published split that the file is, whole")
    profile.add_argument("--revision", metavar="R", help="the version of the data set at which it has these bytes")


def run(arguments: argparse.Namespace) -> int:
    """Write the skeleton or the profile."""
    if arguments.profile is not None:
        return _write(arguments.out, _profile_text(arguments))
    profile = load_profile(arguments.scenario)
    folder = Path(arguments.out).parent if arguments.out else Path()
    path = None if profile.builtin else Path(os.path.relpath(arguments.scenario, folder)).as_posix()
    if path is not None and path.startswith(".."):
        raise DlsError(
            f"{arguments.scenario}: your own profile lies beside or below the statement; copy it to {folder}/ first"
        )
    return _write(arguments.out, statement_skeleton(profile, path, f"urn:uuid:{uuid4()}", _today()))


def _write(out: str | None, text: str) -> int:
    if out is None:
        write_document(text)
        return 0
    create_file(Path(out), text.encode())
    show(f"wrote {out}; fill the gaps, then: dls validate {out}")
    return 0


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _profile_text(arguments: argparse.Namespace) -> str:
    from dls.authoring.own_profile import Wish, planned_target, profile_value  # start-up: loads the probes
    from dls.document.writer import yaml_text
    from dls.model import PinnedData
    from dls.probes.catalogue import find_probe
    from dls.probes.shared.data_files import read_data, unit_count

    probe = _answer("probe", arguments.probe, "the probe that measures the target", str)
    data = None
    if arguments.data is not None:
        file = read_data(arguments.data)
        units = unit_count(find_probe(probe), file)
        data = PinnedData(
            sha256=file.sha256, fixed_on=_today(), units=units, split=arguments.split, revision=arguments.revision
        )
    wish = Wish(
        name=arguments.profile,
        metric=_answer("metric", arguments.metric, "the metric of the target", str),
        probe=probe,
        margin=_answer("margin", arguments.margin, "the largest loss that is still preserved", float),
        chance=arguments.chance,
        data=data,
    )
    target = planned_target(wish)
    show(
        f"{target.n:,} units detect a loss of {target.smallest_detectable_loss:g} in {target.metric}; "
        f"the margin is {wish.margin:g}",
        stream=sys.stderr,
    )
    return yaml_text(profile_value(wish, target))


def _answer(name: str, value: _Value | None, question: str, kind: Callable[[str], _Value]) -> _Value:
    """Return the value of an argument; on a terminal a person is asked for one that is left out."""
    if value is not None:
        return value
    if not sys.stdin.isatty():
        raise DlsError(f"--profile needs --{name}: {question}")
    try:
        return kind(input(f"{question} (--{name}): ").strip())
    except ValueError as error:
        raise DlsError(f"--{name}: wanted a number") from error
