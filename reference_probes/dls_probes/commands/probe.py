"""`dls probe run`: regenerate the evidence of a scenario from the two models."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls.model import Arm
from dls.probes.shared.data_files import read_assignments
from dls.scenarios.profile import load_profile
from dls.standard.registry import load_registry
from dls_probes.commands._model_arguments import add_model_arguments, spec_settings

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
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder for the evidence")
    _add_plan_arguments(parser)
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
        help="only this dimension, headline or fidelity; may be repeated",
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
        help="take a probe's items from a JSON Lines or CSV file (the form is on the probe's page); may be repeated; "
        "outcomes then cannot be preserved",
    )


def run(arguments: Namespace) -> int:
    """Plan, ask, measure, and print the paths of the evidence."""
    from dls.authoring.draft_outcomes import outcomes_of_evidence
    from dls.evidence.folder import find_manifests
    from dls.report.outcome_table import show_outcomes
    from dls.report.terminal import show
    from dls_probes.few_shot.prompt import prompt_style_for
    from dls_probes.models.transformers_model import ModelSpec
    from dls_probes.runs.notes import note_lines
    from dls_probes.runs.plan import keys_of, make_plan, unmeasured_targets, with_files
    from dls_probes.runs.regenerate import regenerate_evidence

    data, profile = read_assignments(arguments.data), load_profile(arguments.scenario)
    folders: dict[Arm, Path] = {"teacher": arguments.teacher, "student": arguments.student}
    longer = profile.max_new_tokens - load_registry().max_new_tokens
    frame = prompt_style_for(list(folders.values()), longer) if arguments.frame == "auto" else arguments.frame
    models = {arm: ModelSpec(folder, **spec_settings(arguments), frame=frame) for arm, folder in folders.items()}
    choices = {"dimensions": arguments.dimension, "n": arguments.n, "seed": arguments.seed}
    plan = with_files(make_plan(profile, keys_of(models), **choices, files=data), data)
    manifests = regenerate_evidence(plan, models, arguments.out, workers=arguments.workers, resume=arguments.resume)
    for line in (*manifests, *note_lines(manifests), *unmeasured_targets(plan)):
        show(str(line))
    show_outcomes(
        outcomes_of_evidence([entry for entry in find_manifests(arguments.out) if entry.path in manifests], profile)
    )
    show(f"Evidence of {len(manifests)} probes. Next: dls draft {arguments.out} -o dls.yaml")
    return 0
