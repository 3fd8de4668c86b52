"""`dls reproduce`: run a statement's probes again and compare claim by claim."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dls.access_level import LEVELS, least
from dls.commands.recompute import add_data_argument
from dls.errors import DlsError
from dls.model import Arm
from dls.probes.shared.data_files import read_assignments
from dls.standard.numbers import ARMS
from dls_probes.commands._model_arguments import add_model_arguments, model_words, spec_settings, workers_of
from dls_probes.models.model_place import ModelPlace
from dls_probes.servers.served_spec import find_place

if TYPE_CHECKING:
    from dls.judging.context import RuleContext
    from dls.model import VerifiersDraw
    from dls.model.reproduction_report import DrawFactor
    from dls_probes.reproduction.reproduction import Reproduction
    from dls_probes.reproduction.second_run import SecondRun
    from dls_probes.servers.address import ServerAddress

_UNNAMED = "unnamed"
EXAMPLE = """example:
  dls reproduce dls.yaml --teacher ./teacher --student ./student --key lab.pem -o report.yaml

Models and circumstances are compared before any number. Then a sample of the published items is asked again, and fresh
items of your own draw, which alone decide whether a target is preserved. The report says who reproduced the statement,
when and with which versions, and gives the verdict on every claim. The evidence of the second run lies beside it. Exit
code 1: a claim is refuted, or a required claim is borderline or not verifiable (--allow-unverified allows the latter).
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement to check")
    add_model_arguments(parser, teacher_required=False, otherwise="as the statement's evidence says")
    _add_access_arguments(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the reproduction report")
    _add_draw_arguments(parser)
    parser.add_argument("--by", metavar="NAME", help="your name, for the report (default: the name beside --key)")
    parser.add_argument("--contact", metavar="ADDRESS", help="your address, for the report")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument(
        "--allow-unverified",
        action="store_true",
        help="do not fail on required claims that are borderline or not verifiable",
    )


def _add_draw_arguments(parser: ArgumentParser) -> None:
    """Declare the verifier's key, the fresh items that it draws, and the audit of the published ones."""
    parser.add_argument(
        "--key",
        type=Path,
        metavar="K",
        help="your Ed25519 private key (`dls sign --new-key`): it draws fresh items that the publisher cannot know; "
        "without it they are random, and establish nothing",
    )
    parser.add_argument(
        "--draw-factor",
        type=int,
        choices=(0, 1, 2, 4),
        default=2,
        metavar="R",
        help="fresh units for each planned one: 1, 2 or 4; 0 asks none, and no target is replicated (default: 2)",
    )
    parser.add_argument(
        "--audit", choices=("300", "all"), default="300", help="published units of each claim to ask (default: 300)"
    )
    parser.add_argument(
        "--reports", type=Path, metavar="FOLDER", help="your earlier reports: yours about this statement are counted"
    )


def _add_access_arguments(parser: ArgumentParser) -> None:
    """Declare a verifier's models, access, phrasings, files and time."""
    for arm in ("teacher", "student"):
        parser.add_argument(
            f"--{arm}-is-source",
            action="store_true",
            help=f"you fetched the {arm}'s folder, whole, from the source and the revision that the statement names: "
            "another model there refutes the statement (a folder of the hub's cache says so itself)",
        )
    parser.add_argument("--no-teacher", action="store_true", help="you do not have the teacher: no claim is confirmed")
    parser.add_argument(
        "--access",
        default="white_box",
        choices=LEVELS,
        help="your access to the models: texts, samples, log-probabilities, everything (default: white_box)",
    )
    parser.add_argument(
        "--private-phrasings",
        type=Path,
        metavar="FILE",
        help="ask the questions in your own words: twenty lines or more, each with {question}",
    )
    add_data_argument(parser)
    parser.add_argument(
        "--budget", metavar="TIME", help="run the most important claims within a time such as 90s, 10m or 2h"
    )


def _places(arguments: Namespace) -> "dict[Arm, ModelPlace | ServerAddress]":
    """Return where the verifier's models lie, or their servers.

    Raises:
        DlsError: the arguments name a teacher and rule it out, or do neither; or a model is not on this machine.
    """
    if (arguments.teacher is None) is not arguments.no_teacher:
        raise DlsError("name the teacher's folder with --teacher, or say --no-teacher where you do not have it")
    arms: tuple[Arm, ...] = ("student",) if arguments.no_teacher else ARMS
    return {arm: find_place(arm, model_words(arguments, arm)) for arm in arms}


def _reproduction(arguments: Namespace) -> "Reproduction":
    """Return the second run that the arguments describe.

    Raises:
        DlsError: the statement or a file cannot be read, or the arguments contradict each other.
    """
    from dls.probes.shared.phrasings import PHRASINGS, read_phrasings
    from dls.verifying.recompute import open_context
    from dls_probes.reproduction.budget import seconds
    from dls_probes.reproduction.draw_record import DrawRecord, planned
    from dls_probes.reproduction.reproduction import Reproduction
    from dls_probes.reproduction.settings import rerun_spec

    if arguments.output.resolve() == arguments.statement.resolve():
        raise DlsError(f"-o {arguments.output} is the statement itself; name another file for the report")
    context, settings = open_context(arguments.statement), spec_settings(arguments)
    models = {arm: rerun_spec(context, arm, place, settings) for arm, place in _places(arguments).items()}
    draw, audit = _draw(arguments, context), None if arguments.audit == "all" else int(arguments.audit)
    record = None if draw is None else planned(evidence_folder(arguments.output), DrawRecord(draw=draw, audit=audit))
    return Reproduction(
        context,
        models,
        record.draw if record else None,
        audit,
        read_phrasings(arguments.private_phrasings) if arguments.private_phrasings else PHRASINGS,
        least([arguments.access, *(spec.access for spec in models.values())]),
        seconds(arguments.budget) if arguments.budget else None,
        read_assignments(arguments.data),
        frozenset(settings),
        _sources(arguments, context),
        _earlier_reports(arguments, context),
    )


def evidence_folder(report: Path) -> Path:
    """Return the folder of the second run's evidence, beside its report."""
    return report.parent / f"{report.stem}-evidence"


def _draw(arguments: Namespace, context: "RuleContext") -> "VerifiersDraw | None":
    """Return the verifier's draw: by the key, otherwise at random; None where a model of the statement has no key.

    Raises:
        DlsError: the key cannot be read.
    """
    from dls.judging.replication import pair_and_profile
    from dls_probes.reproduction.draw_record import random_draw

    parts = pair_and_profile(context)
    if parts is None:
        return None
    factor: DrawFactor = 0 if arguments.private_phrasings else arguments.draw_factor
    if arguments.key is None:
        return random_draw(factor)
    from dls.signing.keys import open_signer
    from dls.signing.verifiers_draw import signed_draw  # the extra [sign]

    return signed_draw(open_signer(arguments.key), *parts, factor)


def _earlier_reports(arguments: Namespace, context: "RuleContext") -> int | None:
    """Return how many reports of the verifier's key about the statement lie in a folder; None without the folder.

    Raises:
        DlsError: there is no such folder, or no key.
    """
    if arguments.reports is None:
        return None
    if arguments.key is None:
        raise DlsError("--reports counts the reports of your key; name it with --key")
    from dls.signing.earlier_reports import count_earlier_reports  # the extra [sign]
    from dls.signing.keys import TrustedKey, open_signer

    key = TrustedKey(open_signer(arguments.key).public_key, ())
    return count_earlier_reports(arguments.reports, context.statement.id, key, arguments.output)


def _sources(arguments: Namespace, context: "RuleContext") -> frozenset[Arm]:
    """Return the arms whose folders the verifier fetched from the named sources.

    Raises:
        DlsError: the statement names no such source.
    """
    from dls_probes.reproduction.named_source import expect_sources

    flags: dict[Arm, bool] = {"teacher": arguments.teacher_is_source, "student": arguments.student_is_source}
    sources = frozenset(arm for arm, flag in flags.items() if flag)
    expect_sources({"teacher": context.statement.teacher, "student": context.statement.student}, sources)
    return sources


def _party(arguments: Namespace) -> str:
    """Return the name for the report: the verifier's own word, or that of its key."""
    if arguments.by is not None or arguments.key is None:
        return arguments.by or _UNNAMED
    from dls.signing.keys import holder  # needs the extra [sign]

    return holder(arguments.key) or _UNNAMED


def run(arguments: Namespace) -> int:
    """Run again, compare, write the report and print the verdicts."""
    from dls.document.writer import yaml_text
    from dls.evidence.files import replace_file
    from dls.report.terminal import show, write_document
    from dls.report.verdicts import as_json, print_table
    from dls.verifying.recompute import exit_code
    from dls_probes.reproduction.report import claim_results, report_document
    from dls_probes.reproduction.second_run import reproduce
    from dls_probes.runs.notes import note_lines

    rerun, output = _reproduction(arguments), arguments.output
    second_run = reproduce(rerun, evidence_folder(output), workers=workers_of(arguments), resume=arguments.resume)
    by = {"name": _party(arguments)} | ({"contact": arguments.contact} if arguments.contact else {})
    remarks = _remarks(rerun, second_run)
    note = {"note": "\n".join(remarks)} if remarks else {}
    replace_file(output, yaml_text(report_document(rerun, second_run, output.parent, by) | note).encode())
    verdicts = claim_results(rerun.context, second_run.results)
    if arguments.format == "json":
        write_document(as_json(verdicts, "reproduced", {"report": str(output), **note}))
    else:
        print_table(verdicts)
        for sentence in (*remarks, *note_lines(second_run.manifests), f"report: {output}"):
            show(sentence)
    return exit_code(verdicts, allow_unverified=arguments.allow_unverified)


def _remarks(rerun: "Reproduction", second_run: "SecondRun") -> list[str]:
    """Return a sentence for each model that was saved again, and on circumstances and settings that differ."""
    from dls_probes.reproduction.other_circumstances import circumstances_note
    from dls_probes.reproduction.report import draw_note
    from dls_probes.reproduction.settings import settings_note

    context, manifests = rerun.context, second_run.manifests.values()
    notes = (circumstances_note(context, manifests), settings_note(context, rerun.models, manifests, rerun.mode))
    return [*second_run.notes, *(note for note in (*notes, draw_note(rerun, second_run.results)) if note)]
