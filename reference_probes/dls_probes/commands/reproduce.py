"""`dls reproduce`: run a statement's probes again and compare claim by claim."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls.errors import DlsError
from dls.model.statement import Arm
from dls_probes.commands.models import add_model_arguments, model_spec

EXAMPLE = """example:
  dls reproduce dls.yaml --teacher ./teacher --student ./student -o report.yaml

The report names who, when, with what and the verdict on every claim; the re-run's evidence lies beside it. Exit code 1:
a claim is refuted, or a required one is borderline or not verifiable (--allow-unverified lifts the latter).
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement to check")
    add_model_arguments(parser)
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


def run(arguments: Namespace) -> int:
    """Run again, compare, write the report and print the verdicts."""
    from dls.evidence import replace_file
    from dls.recompute import exit_code, open_case
    from dls.report.verdicts import as_json, show
    from dls.yaml_text import yaml_text
    from dls_probes.reproduction import Reproduction, as_asked, judged, report, reproduce

    output: Path = arguments.output
    if output.resolve() == arguments.statement.resolve():
        raise DlsError(f"-o {output} is the statement itself; name another file for the report")
    case = open_case(arguments.statement)
    folders: dict[Arm, Path] = {"teacher": arguments.teacher, "student": arguments.student}
    models = {arm: as_asked(case, arm, model_spec(folder, arguments)) for arm, folder in folders.items()}
    again = Reproduction(case, models, arguments.fresh_seed)
    folder = output.parent / f"{output.stem}-evidence"
    compared, manifests = reproduce(again, folder, workers=arguments.workers, resume=arguments.resume)
    by = {"name": arguments.by} | ({"contact": arguments.contact} if arguments.contact else {})
    replace_file(output, yaml_text(report(again, compared, manifests, output.parent, by)).encode())
    verdicts = judged(case, compared)
    if arguments.format == "json":
        print(as_json(verdicts, "reproduced", {"report": str(output)}))
    else:
        show(verdicts)
        print(f"report: {output}")
    return exit_code(verdicts, allow_unverified=arguments.allow_unverified)
