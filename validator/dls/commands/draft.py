"""`dls draft`: make a statement from evidence."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls.errors import DlsError

EXAMPLE = """example:
  dls draft evidence -o dls.yaml

An answer that only a person can give is left as TODO(dls), and `dls validate` reports each of these gaps. You can keep
your answers in a file (issuer, teacher, student, distillation, scenario, absences, acceptances, limits):
  dls draft evidence -o dls.yaml --words words.yaml
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("evidence", type=Path, metavar="DIR", help="the folder that `dls probe run --out` wrote")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the statement; evidence must lie in its folder or below",
    )
    parser.add_argument(
        "--scenario", metavar="P", help="the profile, where it is your own (built-in ones are found by the evidence)"
    )
    parser.add_argument("--words", type=Path, metavar="FILE", help="your answers, as members of a statement")
    parser.add_argument("--issued", metavar="DATE", help="the date of issue, YYYY-MM-DD (default: today)")
    parser.add_argument("--force", action="store_true", help="write over an existing statement")


def run(arguments: Namespace) -> int:
    """Draft the statement, write it, and print the next step."""
    from dls.authoring.draft import draft_of_folder
    from dls.authoring.draft_outcomes import outcomes_of_draft
    from dls.authoring.prepared_answers import read_prepared_answers
    from dls.document.writer import yaml_text
    from dls.evidence.files import replace_file
    from dls.evidence.folder import find_manifests
    from dls.judging.check_remedies import failed_check_sentences
    from dls.report.outcome_table import show_outcomes
    from dls.report.terminal import show
    from dls.standard.numbers import GAP

    output: Path = arguments.output
    if output.exists() and not arguments.force:
        raise DlsError(f"{output} exists; add --force to write over it, or choose another -o")
    answers = read_prepared_answers(arguments.words) if arguments.words else {}
    statement = draft_of_folder(
        arguments.evidence, output.parent, answers, _day(arguments.issued), scenario=arguments.scenario
    )
    text = yaml_text(statement)
    replace_file(output, text.encode())
    gaps = text.count(GAP)
    show_outcomes(outcomes_of_draft(statement))
    for sentence in failed_check_sentences(entry.manifest for entry in find_manifests(arguments.evidence)):
        show(sentence)
    step = "fill" if gaps else "validate"
    show(f"{output}: {len(statement['claims'])} claims, {gaps} gaps left for you. Next: dls {step} {output}")
    return 0


def _day(text: str | None) -> str | None:
    from datetime import date

    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise DlsError(f"--issued {text}: {error}; write it as YYYY-MM-DD") from error
