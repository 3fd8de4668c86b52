"""`dls reproduce`: run a statement's probes again and compare claim by claim."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dls.commands.recompute import add_data_argument
from dls.errors import DlsError
from dls.model import Arm
from dls.probes.shared.data_files import read_assignments
from dls_probes.commands._model_arguments import add_model_arguments, spec_settings

if TYPE_CHECKING:
    from dls_probes.reproduction.reproduction import Reproduction

EXAMPLE = """example:
  dls reproduce dls.yaml --teacher ./teacher --student ./student -o report.yaml

The report names who, when, with what and the verdict on every claim; the re-run's evidence lies beside it. Exit code 1:
a claim is refuted, or a required one is borderline or not verifiable (--allow-unverified lifts the latter).
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement to check")
    add_model_arguments(parser, teacher_required=False, otherwise="as the statement's evidence says")
    _add_access_arguments(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the reproduction report")
    parser.add_argument(
        "--fresh-seed",
        type=int,
        metavar="K",
        help="draw new items: a student that learnt the published ones by rote fails",
    )
    parser.add_argument("--by", default="unnamed", metavar="NAME", help="who reproduces, for the report")
    parser.add_argument("--contact", metavar="ADDRESS", help="how to reach them, for the report")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument(
        "--allow-unverified",
        action="store_true",
        help="do not fail on required claims that are borderline or not verifiable",
    )


def _add_access_arguments(parser: ArgumentParser) -> None:
    """Declare what a verifier has, knows and can spend."""
    parser.add_argument("--no-teacher", action="store_true", help="the teacher is not at hand: nothing is confirmed")
    parser.add_argument(
        "--access",
        default="white_box",
        choices=("black_box", "sampling", "logprobs", "white_box"),
        help="what you have of the models: texts, samples, log-probabilities, everything (default: white_box)",
    )
    parser.add_argument(
        "--private-phrasings",
        type=Path,
        metavar="FILE",
        help="put the questions in your own words: twenty lines or more, each with {question}",
    )
    add_data_argument(parser)
    parser.add_argument("--budget", metavar="TIME", help="run what matters most within 90s, 10m or 2h")


def _folders(arguments: Namespace) -> dict[Arm, Path]:
    """Return the model folders that are at hand.

    Raises:
        DlsError: a teacher is named and denied, or neither.
    """
    if (arguments.teacher is None) is not arguments.no_teacher:
        raise DlsError("name the teacher's folder with --teacher, or say --no-teacher where you do not have it")
    student: dict[Arm, Path] = {"student": arguments.student}
    return student if arguments.no_teacher else {"teacher": arguments.teacher, **student}


def _asked(arguments: Namespace) -> "Reproduction":
    """Return the run that somebody asks for.

    Raises:
        DlsError: the statement or a file cannot be read, or what was said contradicts itself.
    """
    from dls.probes.shared.phrasings import PHRASINGS, read_phrasings
    from dls.verifying.recompute import open_context
    from dls_probes.reproduction.budget import seconds
    from dls_probes.reproduction.reproduction import Reproduction
    from dls_probes.reproduction.settings import rerun_spec

    if arguments.output.resolve() == arguments.statement.resolve():
        raise DlsError(f"-o {arguments.output} is the statement itself; name another file for the report")
    context, said = open_context(arguments.statement), spec_settings(arguments)
    return Reproduction(
        context,
        {arm: rerun_spec(context, arm, folder, said) for arm, folder in _folders(arguments).items()},
        arguments.fresh_seed,
        read_phrasings(arguments.private_phrasings) if arguments.private_phrasings else PHRASINGS,
        arguments.access,
        seconds(arguments.budget) if arguments.budget else None,
        read_assignments(arguments.data),
        frozenset(said),
    )


def run(arguments: Namespace) -> int:
    """Run again, compare, write the report and print the verdicts."""
    from dls.document.writer import yaml_text
    from dls.evidence.records import replace_file
    from dls.report.verdicts import as_json, print_table
    from dls.verifying.recompute import exit_code
    from dls_probes.reproduction.report import claim_results, report_document
    from dls_probes.reproduction.reproduction import reproduce
    from dls_probes.reproduction.settings import settings_note
    from dls_probes.runs.notes import note_lines

    again, output = _asked(arguments), arguments.output
    folder = output.parent / f"{output.stem}-evidence"
    compared, manifests = reproduce(again, folder, workers=arguments.workers, resume=arguments.resume)
    by = {"name": arguments.by} | ({"contact": arguments.contact} if arguments.contact else {})
    differing = settings_note(again.context, again.models, manifests, again.mode)
    note = {"note": differing} if differing else {}
    replace_file(output, yaml_text(report_document(again, compared, manifests, output.parent, by) | note).encode())
    verdicts = claim_results(again.context, compared)
    if arguments.format == "json":
        print(as_json(verdicts, "reproduced", {"report": str(output), **note}))
    else:
        print_table(verdicts)
        print(*note.values(), *note_lines(manifests), f"report: {output}", sep="\n")
    return exit_code(verdicts, allow_unverified=arguments.allow_unverified)
