"""`dls probe run`: regenerate the evidence of a scenario from the two models."""

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.probes.shared.data_files import assignments
from dls_probes.commands._model_arguments import add_model_arguments, model_words, workers_of
from dls_probes.models.model_place import ModelWords
from dls_probes.servers.address import ServerAddress

EXAMPLE = """example:
  dls probe run --teacher ./teacher --student ./student --scenario demo --out evidence

Writes OUT/<probe>/{manifest.json, teacher.jsonl, student.jsonl, run.json}, and OUT/tensors.{teacher,student}.jsonl:
the lists of the stored tensors, to be published with the rest. After an interruption, the same command with --resume
continues and ends with the same bytes; a model that changed meanwhile is asked anew. Next: dls draft OUT -o dls.yaml
"""


def configure(parser: ArgumentParser) -> None:
    """Declare `run` and its arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("action", choices=("run",), help="run: ask both models and write the evidence")
    add_model_arguments(parser)
    parser.add_argument(
        "--scenario", required=True, metavar="P", help="a built-in profile (`dls scenarios`) or the path of your own"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder for the evidence")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="ask 20 units, and print the items, requests, tokens, memory and time of the run; nothing is written",
    )
    _add_plan_arguments(parser)
    _add_shard_arguments(parser)
    parser.add_argument(
        "--frame",
        default="auto",
        choices=("auto", "none", "few_shot"),
        help="few_shot: the same solved items before every question; auto: few_shot, but none for models whose "
        "config.json says that they were taught to be asked bare (default: auto)",
    )


def _add_plan_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments that change the plan of a profile."""
    parser.add_argument(
        "--dimension",
        action="append",
        default=[],
        metavar="D",
        help="only this dimension of the profile's targets, headline or fidelity; may be repeated",
    )
    parser.add_argument(
        "--n", type=int, metavar="N", help="independent units of every probe, instead of the profile's plan"
    )
    parser.add_argument(
        "--seed", type=int, metavar="K", help="a seed instead of the derived one; outcomes then cannot be preserved"
    )
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="PROBE=FILE",
        help="take a probe's items from a JSON Lines or CSV file (`dls probes ID` shows its form); may be repeated; "
        "outcomes cannot be preserved on a file that the profile does not pin",
    )


def _add_shard_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of array jobs, which have nothing but a disk in common."""
    parser.add_argument(
        "--shard", metavar="I/N", help="run the I-th of N shares of the work into a folder of its own; no evidence yet"
    )
    parser.add_argument(
        "--ledgers", type=Path, nargs="+", default=[], metavar="DIR", help="the folders of the shards, to be joined"
    )


_CHOICES = (
    *("n", "seed", "frame", "plain", "backend", "tensor_parallel", "device", "dtype", "threads"),
    *("resume", "shard", "ledgers"),
)
"""The arguments that are choices of a run under their own names."""


def run(arguments: Namespace) -> int:
    """Plan, ask, measure, and print the paths of the evidence; the status is 1 where a probe could not be asked."""
    from dls.report.terminal import show
    from dls_probes.runs.scenario_run import run as run_scenario

    models = model_words(arguments, "teacher"), model_words(arguments, "student")
    choices: Any = {name: getattr(arguments, name) for name in _CHOICES}
    choices |= {"dimensions": arguments.dimension, "data": assignments(arguments.data)}
    choices["workers"] = workers_of(arguments)
    if arguments.dry_run:
        return _show_forecast(models, arguments.scenario, choices)
    if arguments.out is None:
        raise DlsError("name the folder for the evidence with --out DIR")
    end = run_scenario(*models, arguments.scenario, arguments.out, **choices)
    for line in (*map(str, end.manifests), *end.notes, *end.unmeasured):
        show(line)
    if arguments.shard:
        return 0
    _show_evidence(arguments.out, arguments.scenario, end.manifests)
    return 1 if end.failures else 0


def _show_evidence(out: Path, scenario: str, manifests: Sequence[Path]) -> None:
    """Print the outcomes that evidence shows, the failed checks, and the next command."""
    from dls.authoring.draft_outcomes import outcomes_of_evidence
    from dls.evidence.folder import find_manifests
    from dls.judging.check_remedies import failed_check_sentences
    from dls.report.outcome_table import show_outcomes
    from dls.report.terminal import show
    from dls.scenarios.profile import load_profile

    evidence, profile = [entry for entry in find_manifests(out) if entry.path in manifests], load_profile(scenario)
    show_outcomes(outcomes_of_evidence(evidence, profile))
    for sentence in failed_check_sentences(entry.manifest for entry in evidence):
        show(sentence)
    words = ["dls", "draft", str(out), *([] if profile.builtin else ["--scenario", scenario]), "-o", "dls.yaml"]
    probes = "one probe" if len(manifests) == 1 else f"{len(manifests)} probes"
    show(f"Evidence of {probes}. Next: {shlex.join(words)}")


def _show_forecast(models: Sequence[ModelWords | ServerAddress], scenario: str, choices: dict[str, Any]) -> int:
    """Print how large the run would be."""
    from dls.report.terminal import Column, show, show_table
    from dls_probes.runs.run_forecast import forecast_lines, forecast_rows
    from dls_probes.runs.scenario_run import dry_run

    teacher, student = models
    result = dry_run(teacher, student, scenario, **choices)
    names = ("probe", "items", "requests", "tokens", "time", "by")
    show_table([Column(name) for name in names], [tuple(row) for row in forecast_rows(result)])
    for line in forecast_lines(result, choices["workers"]):
        show(line)
    return 0
