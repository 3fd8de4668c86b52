"""A run of a scenario's plan on two model folders: the work of `dls probe run`, and of `dls_probes.run`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, TypedDict, Unpack

from dls.access_level import least
from dls.errors import DlsError
from dls.model import Arm
from dls.probes.shared.data_files import read_files
from dls.report.terminal import show
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry
from dls_probes.engine.shard import Shard
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.model_place import ModelPlace, ModelWords
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.feasible import regenerate_feasible
from dls_probes.runs.first_words import teacher_watch
from dls_probes.runs.notes import note_lines
from dls_probes.runs.open_models import Workers
from dls_probes.runs.plan import Plan, keys_of, make_plan, unmeasured_targets, with_files
from dls_probes.runs.plan_access import out_of_reach, within_access
from dls_probes.runs.run_forecast import Forecast, forecast
from dls_probes.runs.run_options import RunOptions
from dls_probes.runs.unplanned_choices import forfeits
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import find_place, spec_of

SHARD_END = (
    "The packs of this shard are done. After the last shard run the command once more: without --shard, into a new "
    "folder, and with --ledgers before the folders of all shards"
)


_SETTINGS = ("backend", "tensor_parallel", "device", "dtype", "threads")  # the choices that say how models compute

ModelName: TypeAlias = str | Path | ModelWords | ServerAddress
"""A model folder or what else names a model, with or without its base and revision; or a server that has the model."""


class RunChoices(TypedDict, total=False):
    """The choices of a run, each with a default.

    Attributes:
        dimensions: measure only these of all that the scenario has targets for; `headline` and `fidelity` count too.
        n: independent units of every probe, instead of the profile's plan; outcomes then cannot be preserved.
        seed: a seed instead of the derived one; outcomes then cannot be preserved.
        data: files that items are taken from, by the id of the probe. Outcomes cannot be preserved on a file that the
            scenario does not pin.
        frame: whether solved items stand before every question; `auto` decides by the models (default).
        plain: plain text instead of the chat template, for base models.
        backend: `transformers` (default), or `vllm` for models in folders here.
        tensor_parallel: the GPUs that share each layer under `vllm`; by default 1.
        device: `cpu` (default), `cuda`, `cuda:1`, `mps`, `auto` or `split`.
        dtype: `float32` (default), `bfloat16` or `float16`.
        threads: of each process, by default 1.
        workers: worker processes, or a `RayCluster`; by default this process alone.
        resume: continue an interrupted run in the same folder.
        shard: `2/3` computes the second of three shares of the packs, and writes no evidence.
        ledgers: the folders of shards, whose packs this run need not compute.

    """

    dimensions: Sequence[str]
    n: int | None
    seed: int | None
    data: Mapping[str, str | Path]
    frame: Literal["auto", "none", "few_shot"]
    plain: bool
    backend: Literal["transformers", "vllm"]
    tensor_parallel: int
    device: str
    dtype: str | None
    threads: int | None
    workers: Workers
    resume: bool
    shard: str | None
    ledgers: Sequence[str | Path]


class RunEnd(NamedTuple):
    """The end of a run.

    Attributes:
        manifests: their paths.
        notes: sentences about unusual facts.
        unmeasured: a sentence for each target that no probe measured, and for each probe that could not be asked.
        failures: by the id of each probe that could not be asked, the reason.

    """

    manifests: tuple[Path, ...]
    notes: tuple[str, ...]
    unmeasured: tuple[str, ...]
    failures: Mapping[str, str]


def run(
    teacher: ModelName,
    student: ModelName,
    scenario: str | Path,
    out: str | Path,
    **choices: Unpack[RunChoices],
) -> RunEnd:
    """Ask a teacher and a student the probes of a scenario, and write the evidence.

    A probe that cannot be asked costs its own claims alone.

    Args:
        teacher: the teacher's model folder, GGUF file, adapter, or name on a hub where the hub's cache has it; with its
            base and revision as `ModelWords`; or the address of the server that has the teacher.
        student: the same of the student.
        scenario: a built-in profile, or the path of your own.
        out: the folder for the evidence; `dls.draft` takes it from there.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model, a data file or the output folder cannot be used, or no probe can be asked.
    """
    wishes, models = _planned(teacher, student, scenario, choices)
    access = least(spec.access for spec in models.values())
    plan = within_access(wishes, access)
    options: RunOptions = {
        "workers": choices.get("workers", 0),
        "resume": choices.get("resume", False),
        "watch": teacher_watch(plan.profile),
        "shard": Shard.of(text) if (text := choices.get("shard")) else None,
        "ledgers": [Path(folder) for folder in choices.get("ledgers", ())],
    }
    end = regenerate_feasible(plan, models, Path(out), **options)
    if options["shard"] is not None and not end.failures:
        return RunEnd((), (SHARD_END,), (), {})
    if not end.manifests:
        raise DlsError("; ".join(f"{name}: {reason}" for name, reason in end.failures.items()))
    paths = tuple(end.manifests.values())
    lines = (f"not measured: {name}, for {reason}" for name, reason in end.failures.items())
    gaps = (*unmeasured_targets(plan), *out_of_reach(wishes, access), *lines)
    return RunEnd(paths, tuple(note_lines(paths)), gaps, end.failures)


def dry_run(teacher: ModelName, student: ModelName, scenario: str | Path, **choices: Unpack[RunChoices]) -> Forecast:
    """Say how large a run would be, by a pilot of 20 units on these models and this device; nothing is written.

    Args:
        teacher: as `run`.
        student: as `run`.
        scenario: as `run`.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model or a data file cannot be used.
    """
    plan, models = _planned(teacher, student, scenario, choices)
    access = least(spec.access for spec in models.values())
    for entry in plan.probes:
        if entry.file is not None:
            len(entry.items)  # a file with too few rows is refused before any model answers
    return forecast(within_access(plan, access), models, teacher_watch(plan.profile))


def _planned(
    teacher: ModelName, student: ModelName, scenario: str | Path, choices: RunChoices
) -> tuple[Plan, Mapping[Arm, ModelSpec]]:
    profile = load_profile(scenario)
    places = {arm: _place(arm, name) for arm, name in _named(teacher, student).items()}
    models = _models(places, profile, choices)
    plan = _plan(profile, models, choices)
    for sentence in forfeits(profile, choices.get("n"), choices.get("seed"), choices.get("data", {})):
        show(sentence, stream=sys.stderr)
    return plan, models


def _named(teacher: ModelName, student: ModelName) -> dict[Arm, ModelName]:
    return {"teacher": teacher, "student": student}


def _place(arm: Arm, name: ModelName) -> ModelPlace | ServerAddress:
    return find_place(arm, ModelWords(name) if isinstance(name, str | Path) else name)


def _models(
    places: Mapping[Arm, ModelPlace | ServerAddress], profile: Profile, choices: RunChoices
) -> dict[Arm, ModelSpec]:
    frame = choices.get("frame", "auto")
    longer = profile.max_new_tokens - load_registry().max_new_tokens
    longer += profile.thoughts if isinstance(profile.thoughts, int) else 0
    style = prompt_style_for([place.configuration for place in places.values()], longer) if frame == "auto" else frame
    settings = {name: value for name in _SETTINGS if (value := choices.get(name)) is not None}
    if profile.thoughts:
        settings["thoughts"] = profile.thoughts
    if choices.get("plain"):
        settings["prompt_format"] = "plain"
    return {arm: spec_of(place, **settings, frame=style) for arm, place in places.items()}


def _plan(profile: Profile, models: Mapping[Arm, ModelSpec], choices: RunChoices) -> Plan:
    files = read_files(choices.get("data", {}))
    dimensions, n, seed = choices.get("dimensions", ()), choices.get("n"), choices.get("seed")
    return with_files(make_plan(profile, keys_of(models), dimensions=dimensions, n=n, seed=seed, files=files), files)
